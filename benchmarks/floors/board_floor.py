"""The least a board can cost: the bare SQL of its figures and lists, fetched and nothing else."""

from datetime import date
from typing import Any

from django.db import connection

LIGHT = """
    CASE WHEN s.state = 'closed' THEN 'closed'
         WHEN s.state <> 'issued' THEN NULL
         WHEN s.overdue_from <= %(today)s THEN 'overdue'
         WHEN s.behind_from <= %(today)s THEN 'behind'
         WHEN s.soon_from <= %(today)s THEN 'due_soon'
         WHEN s.complete THEN 'on_schedule'
         WHEN s.starts_on > %(today)s THEN 'not_started'
         WHEN s.ongoing THEN 'ongoing'
         ELSE 'on_schedule' END"""
# The lights by heading, from which those of the plan follow.
SECTIONS = f"""
    SELECT t.section_id, {LIGHT} AS light, COUNT(*)
    FROM tracker_standing s JOIN projects_task t ON t.id = s.task_id
    WHERE s.plan_id = %(plan)s AND s.state IN ('issued', 'closed') GROUP BY 1, 2"""
UNITS = f"""
    SELECT i.department_id, {LIGHT} AS light, COUNT(DISTINCT s.task_id)
    FROM tracker_standing s JOIN projects_involvement i ON i.task_id = s.task_id
    WHERE s.plan_id = %(plan)s AND s.state IN ('issued', 'closed') AND i.role = 'lead' AND i.department_id IS NOT NULL
      AND (i.from_on IS NULL OR i.from_on <= %(today)s) AND (i.to_on IS NULL OR i.to_on >= %(today)s) GROUP BY 1, 2"""
# What isn't reported, by unit and heading at once.
LACKING = """
    SELECT o.department_id, t.section_id, COUNT(*), COUNT(CASE WHEN o.state IN ('owed', 'returned') THEN 1 END)
    FROM tracker_owed o JOIN projects_task t ON t.id = o.task_id
    WHERE o.round_id = (SELECT id FROM tracker_reportinground WHERE plan_id = %(plan)s AND starts_on <= %(today)s
                        ORDER BY starts_on DESC LIMIT 1)
      AND o.state <> 'waived' GROUP BY 1, 2"""
OVERDUE = """
    SELECT t.id, t.number, t.title, s.late_since, s.next_due_on, s.moves,
           (SELECT r.sentence FROM tracker_progressreport r WHERE r.task_id = t.id ORDER BY r.id DESC LIMIT 1),
           (SELECT d.name FROM projects_involvement i JOIN accounts_department d ON d.id = i.department_id
            WHERE i.task_id = t.id AND i.role = 'lead' ORDER BY i.position LIMIT 1)
    FROM tracker_standing s JOIN projects_task t ON t.id = s.task_id
    WHERE s.plan_id = %(plan)s AND s.state = 'issued' AND s.overdue_from <= %(today)s
    ORDER BY s.late_since IS NULL, s.late_since, s.next_due_on IS NULL, s.next_due_on, t.position, t.id LIMIT 20"""
FIGURES = """
    SELECT g.name, g.unit, g.value, f.accepted, f.start_on, f.due_on, t.number, t.title
    FROM tracker_targetstanding f JOIN projects_target g ON g.id = f.target_id JOIN projects_task t ON t.id = f.task_id
    WHERE t.plan_id = %(plan)s AND t.state = 'issued'
    ORDER BY CASE WHEN f.behind_from <= %(today)s THEN 0 ELSE 1 END, t.position, t.id, g.position LIMIT 15"""


def board(plan: int, today: date) -> list[list[tuple[Any, ...]]]:
    """Return the rows of every list and figure on the board."""
    found = []
    with connection.cursor() as cursor:
        for statement in (SECTIONS, UNITS, LACKING, OVERDUE, FIGURES):
            cursor.execute(statement, {"plan": plan, "today": today})
            found.append(cursor.fetchall())
    return found
