"""A reading in the form that `read_plan` publishes."""

from __future__ import annotations

from projects.reading.model import Json, Reading

_PRIVATE = ("cells", "questions")


def plan_json(reading: Reading) -> Json:
    """Return sheets and problems without what only the importer needs."""
    data = reading.to_dict()
    for sheet in data["sheets"]:
        del sheet["hidden"]
        for part in (sheet, *sheet["tables"]):
            for skipped in part["skipped"]:
                del skipped["text"]
        for table in sheet["tables"]:
            del table["named_by"]
            for column in table["columns"]:
                del column["guessed"]
            for task in table["tasks"]:
                for name in _PRIVATE:
                    del task[name]
                for target in task["targets"]:
                    del target["course"]
    return {"sheets": data["sheets"], "problems": data["problems"]}
