"""What the reader says of a file, in the language of the page: its doubts, its problems, and why a row is no item.

The reader stands without Django and speaks Chinese; its codes are translated here.
"""

import re

from django.utils.translation import gettext

from projects.reading.model import Problem


def doubt_sentence(code: str) -> str:
    """Return the kind of doubt the reader had, without the words it was about; empty for a code of nobody's."""
    return (_doubts_about_days() | _doubts_about_others()).get(code, "")


def problem_sentence(problem: Problem) -> str:
    """Return what is to be known of a row or sheet; a doubt about a cell is said as it is asked."""
    found = _problems().get(problem.code, "") or doubt_sentence(problem.code)
    return found % {"value": problem.value, "sheet": problem.sheet} if found else problem.message


def skipped_sentence(reason: str) -> str:
    """Return why a row is no item."""
    if reason in (known := _skipped()):
        return known[reason]
    for pattern, sentence in _skipped_with_row():
        match = re.fullmatch(pattern, reason)
        if match:
            return sentence % {"row": match[1]}
    return reason


def _doubts_about_days() -> dict[str, str]:
    return {
        "after_deadline": gettext("节点的时间晚于完成时限，请核对。"),
        "ambiguous_date": gettext("这个日期有不止一种读法，请选择。"),
        "backward": gettext("止期早于起期，请核对。"),
        "before_plan": gettext("按字面早于计划年度，请确认日期。"),
        "before_year": gettext("写的时间在计划年度之前，请确认是否仍要完成。"),
        "counted_on": gettext("写了时长，要从另一天算起，请填写日期。"),
        "deadline_or_name": gettext("时间可能只是事项名称的一部分，请确认。"),
        "doubtful": gettext("前后的话使这个时间不确定，请核对。"),
        "either": gettext("一件事写了两个时间，请选定。"),
        "far_ahead": gettext("时间比计划年度晚得多，请核对。"),
        "impossible_day": gettext("没有这一天，暂按当月最后一天，请核对。"),
        "local_event": gettext("以某项活动为准，没有日期，请填写。"),
        "maybe_lunar": gettext("没有写“日”，也可能是农历，请核对。"),
        "maybe_measured": gettext("像是统计截止的时间，请确认是不是时限。"),
        "over_new_year": gettext("起止月份跨年，请确认结束年份。"),
        "refers_elsewhere": gettext("时限写在别处，这里没有日期，请填写。"),
        "relative": gettext("时限取决于另一件事或另一天，请填写日期。"),
        "start_after_due": gettext("开始时间晚于完成时限，请核对时限。"),
        "undecided": gettext("时限还没有确定，请填写日期。"),
        "undated_part": gettext("有一部分没有日期，请填写。"),
        "uneven_lines": gettext("时限的行数与事项的行数不一致，请核对。"),
        "unread_part": gettext("有一部分像日期而没有读懂，请核对。"),
        "unreadable": gettext("没有读懂这个时限，请填写日期。"),
        "vague_date": gettext("没有确定的日期，请选定。"),
        "which_year": gettext("请确认这里是哪一年。"),
        "year_out_of_range": gettext("年份与计划年度相差太远，请核对。"),
        "yearly": gettext("每年一次的时限，请确认本年的日期。"),
    }


def _doubts_about_others() -> dict[str, str]:
    return {
        "count_mismatch": gettext("写明的数目与列出的名单不一致，请核对。"),
        "glued_units": gettext("像是几个单位连写，请分开。"),
        "joined_row": gettext("与上一行并为一项，责任单位不同，请核对。"),
        "no_lead": gettext("只写了配合单位，没有牵头单位，请指定。"),
        "unit_per_item": gettext("各分项分别写了责任单位，请确认是否各自牵头。"),
        "unit_of_person": gettext("单位写在人名后面，请确认由谁牵头。"),
        "unordered_units": gettext("表中注明单位排名不分先后，请指定牵头单位。"),
    }


def _problems() -> dict[str, str]:
    return {
        "cell_too_long": gettext("单元格过长，已截断。"),
        "doubled_header": gettext("列名“%(value)s”重复出现，请核对列的用途。"),
        "external_links": gettext("文件引用了其他文件或网络上的数据，没有去打开，按保存的值读取。"),
        "formula_error": gettext("单元格是公式错误 %(value)s，请更正。"),
        "hidden_columns": gettext("有隐藏列，已一并读取。"),
        "hidden_rows": gettext("有隐藏行未读取。"),
        "hidden_sheet": gettext("工作表“%(sheet)s”是隐藏的，未读取。"),
        "macros": gettext("文件中的宏没有运行，只读取了单元格的值。"),
        "missing_content": gettext("没有写明事项内容，请补充。"),
        "missing_lead": gettext("没有写明责任单位，请补充。"),
        "no_table": gettext("没有找到责任分解表：没有一行像是表头。"),
        "renamed": gettext("文件名的后缀与内容不同，已按内容读取。"),
        "stripped_signs": gettext("有单元格含有控制符或不可见字符，已去掉。"),
        "unnumbered_row": gettext("这一行没有序号，请核对是不是单独的事项。"),
        "unclosed_quote": gettext("引号没有成对，已按普通字符读取。"),
        "unmeasured_text": gettext("另有没有可衡量目标的句子，未列为事项。"),
        "unsure_column": gettext("这一行像是表头，但列名不常见，请核对各列的用途。"),
        "unsure_header": gettext("这一行像是表头，但列名不常见，请核对各列的用途。"),
        "unreadable_sheet": gettext("工作表“%(sheet)s”读不出来，已跳过。"),
        "unsaved_formula": gettext("公式没有保存计算结果，按空白读取，请在表格软件中打开并保存后再导入。"),
    }


def _skipped() -> dict[str, str]:
    return {
        "不在表格内": gettext("不在表格内"),
        "不是事项": gettext("不是事项"),
        "单位或日期说明": gettext("单位或日期说明"),
        "其他表格": gettext("其他表格"),
        "印发通知": gettext("印发通知"),
        "合计行": gettext("合计行"),
        "台账注明不在计划内": gettext("台账注明不在计划内"),
        "总体要求": gettext("总体要求"),
        "总体要求和保障措施": gettext("总体要求和保障措施"),
        "板块标题": gettext("板块标题"),
        "栏次行": gettext("栏次行"),
        "标题": gettext("标题"),
        "没有事项内容": gettext("没有事项内容"),
        "没有可衡量的目标": gettext("没有可衡量的目标"),
        "附件标记": gettext("附件标记"),
        "页码或续表标记": gettext("页码或续表标记"),
        "表外文字": gettext("表外文字"),
        "表尾说明": gettext("表尾说明"),
        "表格之外的文字": gettext("表格之外的文字"),
        "说明文字": gettext("说明文字"),
        "重复标题": gettext("重复标题"),
        "重复表头": gettext("重复表头"),
        "隐藏工作表": gettext("隐藏工作表"),
        "隐藏行": gettext("隐藏行"),
        "上年工作总结": gettext("上年工作总结"),
    }


def _skipped_with_row() -> tuple[tuple[str, str], ...]:
    return (
        (r"与第(\d+)行为同一事项", gettext("与第%(row)s行为同一事项")),
        (r"并入第(\d+)段的事项", gettext("并入第%(row)s段的事项")),
        (r"并入第(\d+)段的标题", gettext("并入第%(row)s段的标题")),
    )
