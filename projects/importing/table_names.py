"""The names that one table writes: one of them may mean another that nobody goes by yet (经发局 for 经济发展局)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from accounts.directory import Directory, Named, normalise
from projects.importing.questions import spelled
from projects.reading.model import ReadTask
from projects.reading.unit_words import is_group

Expected = Literal["department", "post", "person"]

SAME = "same:"
"""Before the key of another name of the table: whoever that one is."""

LONGEST_NAME = 150
"""Characters of a written name that stand in its key."""

_COLLECTIVE = re.compile(
    r"^(?:全?[省市州区县镇乡])?(?:各|有关|相关|其他|其它|所有|全体)|(?:有关|相关|各)(?:单位|部门|科室|方面)$|等$"
)


class TableName(NamedTuple):
    expect: Expected
    written: str


@dataclass(frozen=True, slots=True)
class TableNames:
    """The directory, and beside it every name of a table by the answer that means it.

    `values` are all answers that name someone. A name that was said to mean another can't be meant itself, so that no
    answer leads in a circle. `strangers` are the answers that mean a name nobody goes by yet.
    """

    directory: Directory
    own: Mapping[str, TableName]
    strangers: Mapping[str, str]
    values: frozenset[str] = field(init=False)
    _units: Directory = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", self.directory.values | self.own.keys())
        units = [
            written
            for expect, written in (self.own[value] for value in self.strangers)
            if expect == "department" and not is_collective(written)
        ]
        alike = Directory(tuple(Named("department", at, name, normalise(name)) for at, name in enumerate(units)))
        alike.meet((one.name for one in self.directory.names if one.kind == "department"), expect="department")
        object.__setattr__(self, "_units", alike)

    @classmethod
    def of(cls, tasks: Iterable[ReadTask], *, directory: Directory, decisions: Mapping[str, str]) -> "TableNames":
        """Gather a table's names, and tell the directory of all before the first is looked up."""
        names: dict[Expected, dict[str, None]] = {"department": {}, "post": {}, "person": {}}
        for task in tasks:
            names["department"].update(dict.fromkeys((*task.lead, *task.support)))
            names["post"].update(dict.fromkeys(task.leaders))
            names["person"].update(dict.fromkeys(task.owners))
        own: dict[str, TableName] = {}
        for expect, written in names.items():
            directory.meet(written, expect=expect)
            for name in written:
                if not decisions.get(key := name_key(name, expect), "").startswith(SAME):
                    own.setdefault(f"{SAME}{key}", TableName(expect, name))
        unknown = {value: name for value, (expect, name) in own.items() if not directory.find(name, expect=expect).kind}
        return cls(directory, own, unknown)

    def label(self, value: str) -> str:
        """Return the name of whom an answer means, empty where it names nobody."""
        return self.own[value].written if value in self.own else self.directory.label(value)

    def now(self, value: str) -> str:
        """Return an answer with who goes by the name by now in place of the name."""
        if value not in self.own:
            return value
        found = self.directory.find(self.own[value].written, expect=self.own[value].expect)
        return f"{found.kind}:{found.id}" if found.kind and found.id else value

    def longer_forms(self, written: str, expect: Expected) -> tuple[str, ...]:
        """Return the answers for the units nobody goes by yet that a name may be short for."""
        if expect != "department" or is_collective(written):
            return ()
        likely = self._units.alike(written, expect=expect)
        values = (f"{SAME}{name_key(one.name, expect)}" for one in likely if len(one.name) > len(written))
        return tuple(value for value in values if value in self.own)


@lru_cache(maxsize=4096)
def name_key(written: str, expect: Expected) -> str:
    """Return the key of the question who is meant by a name."""
    return f"name:{expect}:{spelled(written, LONGEST_NAME)}"


def is_collective(written: str) -> bool:
    """Say whether a name means several who aren't named: 各街道, 有关单位. It is never proposed as a new unit."""
    return bool(_COLLECTIVE.search(written)) or is_group(written)
