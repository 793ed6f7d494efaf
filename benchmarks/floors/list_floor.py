"""The least a page of a list can cost: three bare statements over one connection, hung together and encoded."""

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
import psycopg

ITEMS = """
    SELECT t.id, t.plan_id, t.section_id, t.number, t.title, t.state,
           CASE WHEN s.state = 'closed' THEN 'closed'
                WHEN s.state <> 'issued' THEN NULL
                WHEN s.overdue_from <= {today} THEN 'overdue'
                WHEN s.behind_from <= {today} THEN 'behind'
                WHEN s.soon_from <= {today} THEN 'due_soon'
                WHEN s.complete THEN 'on_schedule'
                WHEN s.starts_on > {today} THEN 'not_started'
                WHEN s.ongoing THEN 'ongoing'
                ELSE 'on_schedule' END,
           t.position, t.issued_on, t.closed_on, s.next_due_on, s.overdue_from, s.moves, t.version
    FROM (SELECT * FROM projects_task WHERE plan_id = {plan} AND id > {after} ORDER BY id LIMIT {limit}) t
    LEFT JOIN tracker_standing s ON s.task_id = t.id ORDER BY t.id"""
PARTIES = """
    SELECT i.task_id, i.role, i.department_id, d.name, i.person_id, p.name
    FROM projects_involvement i LEFT JOIN accounts_department d ON d.id = i.department_id
    LEFT JOIN accounts_person p ON p.id = i.person_id
    WHERE i.task_id IN ({tasks}) AND (i.from_on IS NULL OR i.from_on <= {today})
      AND (i.to_on IS NULL OR i.to_on >= {today}) ORDER BY i.position, i.id"""
STEPS = """
    SELECT task_id, id, position, text, phrase, start_on, issued_due_on, current_due_on, done_on, moves
    FROM projects_milestone WHERE task_id IN ({tasks}) AND dropped_on IS NULL ORDER BY position, id"""


class Floor:
    """A connection of its own, past Django, with nothing around it; statements are prepared as the driver likes to."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.connection: Any
        if settings["ENGINE"].endswith("sqlite3"):
            self.connection, self.mark = sqlite3.connect(settings["NAME"]), "?{}"
        else:
            named = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
            options = {theirs: settings[ours] for theirs, ours in named.items()}
            self.connection, self.mark = psycopg.connect(**options, autocommit=True, options="-c jit=off"), ""

    def close(self) -> None:
        self.connection.close()

    def page(self, plan: int, after: int, limit: int, today: date) -> bytes:
        """Return the JSON of a page of items of a plan with units, people and steps; one row more tells of the next page."""
        found = self._rows(ITEMS, plan=plan, after=after, limit=limit + 1, today=today)[:limit]
        items = [
            {
                "id": row[0],
                "plan": row[1],
                "section": row[2],
                "number": row[3],
                "title": row[4],
                "state": row[5],
                "light": row[6],
                "position": row[7],
                "issued_on": row[8],
                "closed_on": row[9],
                "next_due_on": row[10],
                "overdue_from": row[11],
                "moves": row[12],
                "version": row[13],
                "departments": [],
                "people": [],
                "milestones": [],
            }
            for row in found
        ]
        by_id = {item["id"]: item for item in items}
        ids = list(by_id)
        for task, role, unit, unit_name, person, person_name in self._rows(PARTIES, tasks=ids, today=today):
            if unit is not None:
                by_id[task]["departments"].append({"id": unit, "name": unit_name, "role": role})
            if person is not None:
                by_id[task]["people"].append({"id": person, "name": person_name, "role": role})
        for task, pk, position, text, phrase, start, issued, current, done, moves in self._rows(STEPS, tasks=ids):
            by_id[task]["milestones"].append(
                {
                    "id": pk,
                    "position": position,
                    "text": text,
                    "phrase": phrase,
                    "start_on": start,
                    "issued_due_on": issued,
                    "current_due_on": current,
                    "done_on": done,
                    "moves": moves,
                }
            )
        return orjson.dumps({"items": items})

    def _rows(self, statement: str, **values: Any) -> Sequence[tuple[Any, ...]]:
        if self.mark:
            return self._sqlite_rows(statement, values)
        places = {name: "ANY(%(tasks)s)" if name == "tasks" else f"%({name})s" for name in values}
        written = statement.replace("IN ({tasks})", "= {tasks}").format(**places)
        rows: Sequence[tuple[Any, ...]] = self.connection.execute(written, values).fetchall()
        return rows

    def _sqlite_rows(self, statement: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
        given = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        places = {name: f":{name}" for name in values}
        if "tasks" in values:
            places["tasks"] = ",".join(map(str, given.pop("tasks")))
        rows: Sequence[tuple[Any, ...]] = self.connection.execute(statement.format(**places), given).fetchall()
        return rows
