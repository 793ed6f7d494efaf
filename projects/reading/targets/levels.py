"""Amounts that stand at a height and are not piled up from nothing: rates, shares, growth, averages, what is there."""

from __future__ import annotations

import re

from projects.reading.model import ReadTarget

_PARTS = re.compile(r"[%‰]|百分点")
_RATE = re.compile(
    r"率|比例|比重|占比|覆盖面|满意度|知晓度|贡献度|依存度|集中度|密度|强度|增[长幅速]|上升|下降|降低|减少|压[缩减]|缩短|提[高升]|同比|环比"
)
_HEIGHT = re.compile(
    r"[人亩户地]均|平均|浓度|指数|系数|得分|评分|满意度|排名|位次|能耗|电耗|水耗|存量|保有量|拥有量|在册|总数$|年均"
)
# How far a work is grows from nothing, though it is told in percent.
_WORK = re.compile(r"进度|形象|工程量|工作量|序时|投资完成率|计划完成率|任务完成率")


def is_level(target: ReadTarget) -> bool:
    """Tell an amount that is looked at on its day (网办率达到95%) from one that grows towards it (新增8家, 投资3亿元).

    A line that may not be crossed (控制在4%以内) is held at all times and is no such level.
    """
    if target.items or target.comparison in ("<", "<=") or _WORK.search(target.name):
        return False
    if _HEIGHT.search(target.name) or "/" in target.unit:
        return True
    return bool(_PARTS.search(target.unit)) and (not target.name or bool(_RATE.search(target.name)))
