"""Short words on the import page: what a column is, and by what a row was taken for an item."""

from collections import Counter

from django.utils.translation import gettext

from projects.importing.matching import Ground
from projects.importing.table_names import TableNames


def role_labels() -> dict[str, str]:
    """Return every role a column may have, in the order of a usual table."""
    return {
        "no": gettext("序号"),
        "category": gettext("板块"),
        "title": gettext("事项名称"),
        "content": gettext("工作内容"),
        "target": gettext("指标"),
        "measures": gettext("措施"),
        "deadline": gettext("时限"),
        "leader": gettext("责任领导"),
        "lead_department": gettext("牵头单位"),
        "support_departments": gettext("配合单位"),
        "owner": gettext("责任人"),
        "contact": gettext("联系人"),
        "progress": gettext("进展（不导入）"),
        "status": gettext("状态（不导入）"),
        "note": gettext("备注"),
        "ignore": gettext("其他（照录）"),
    }


def kind_label(field: str) -> str:
    """Return what a name stands for in its cell."""
    return {
        "department": gettext("单位"),
        "post": gettext("责任领导"),
        "person": gettext("责任人"),
    }.get(field, "")


def ground_label(ground: Ground) -> str:
    return {
        Ground.NUMBER: gettext("编号相同"),
        Ground.TITLE: gettext("名称相近"),
        Ground.CONTENT: gettext("文字相近"),
        Ground.MANUAL: gettext("您指定的"),
    }[ground]


def names_of(names: TableNames) -> dict[str, str]:
    """Return everyone a name may mean, by a name that is each one's alone: the directory's, then the table's own."""
    directory = names.directory
    labels = {value: directory.label(value) for value in sorted(directory.values)}
    times = Counter(labels.values())
    kinds = {
        "department": gettext("单位"),
        "group": gettext("单位组"),
        "post": gettext("职务"),
        "person": gettext("人员"),
    }
    named = {}
    for value, label in labels.items():
        kind, _, number = value.partition(":")
        alone = label if times[label] == 1 else f"{label}（{kinds[kind]}）"
        named[alone if alone not in named else f"{alone} {number}"] = value
    for value, written in names.strangers.items():
        named.setdefault(written, value)
    return named
