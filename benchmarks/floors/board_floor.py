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
COUNTED = "s.plan_id = %(plan)s AND s.state IN ('issued', 'closed')"
IN_FORCE = "(i.from_on IS NULL OR i.from_on <= %(today)s) AND (i.to_on IS NULL OR i.to_on >= %(today)s)"
# The lights by heading, from which those of the plan follow, and what an item alone tells of the changes.
HEADINGS = f"""
    SELECT t.section_id, {LIGHT} AS light, COUNT(*),
           COUNT(CASE WHEN s.state = 'closed' AND t.closed_on >= %(month)s AND t.closed_on <= %(today)s THEN 1 END),
           COUNT(CASE WHEN s.state = 'issued' AND s.overdue_from > %(today)s AND s.overdue_from < %(next)s THEN 1 END),
           COUNT(CASE WHEN s.state = 'closed' AND t.closed_on >= %(since)s THEN 1 END),
           COUNT(CASE WHEN t.issued_on >= %(since)s THEN 1 END),
           COUNT(CASE WHEN s.overdue_from <= %(today)s AND s.overdue_from > %(since)s AND s.state = 'issued' THEN 1 END)
    FROM tracker_standing s JOIN projects_task t ON t.id = s.task_id WHERE {COUNTED} GROUP BY 1, 2"""
UNITS = f"""
    SELECT i.department_id, {LIGHT} AS light, COUNT(DISTINCT s.task_id)
    FROM tracker_standing s JOIN projects_involvement i ON i.task_id = s.task_id
    WHERE {COUNTED} AND i.role = 'lead' AND i.department_id IS NOT NULL AND {IN_FORCE} GROUP BY 1, 2"""
LEADERS = f"""
    SELECT i.post_id, {LIGHT} AS light, COUNT(DISTINCT s.task_id)
    FROM tracker_standing s JOIN projects_involvement i ON i.task_id = s.task_id
    WHERE {COUNTED} AND i.role = 'leader' AND i.post_id IS NOT NULL AND {IN_FORCE} GROUP BY 1, 2"""
ROUND = """(SELECT id FROM tracker_reportinground WHERE plan_id = %(plan)s AND starts_on <= %(today)s
                        ORDER BY starts_on DESC LIMIT 1)"""
LACKS = "CASE WHEN o.state IN ('owed', 'returned') THEN 1 END"
ASKED = f"tracker_owed o WHERE o.round_id = {ROUND} AND o.state <> 'waived'"
LACKING_UNITS = f"SELECT o.department_id, COUNT(*), COUNT({LACKS}) FROM {ASKED} GROUP BY 1"
LACKING_HEADINGS = f"""
    SELECT t.section_id, COUNT(*), COUNT(a.lacks)
    FROM (SELECT o.task_id, MAX({LACKS}) AS lacks FROM {ASKED} GROUP BY 1) a JOIN projects_task t ON t.id = a.task_id
    GROUP BY 1"""
LACKING_LEADERS = f"""
    SELECT i.post_id, COUNT(DISTINCT i.task_id), COUNT(DISTINCT CASE WHEN a.lacks = 1 THEN i.task_id END)
    FROM (SELECT o.task_id, MAX({LACKS}) AS lacks FROM {ASKED} GROUP BY 1) a
    JOIN projects_involvement i ON i.task_id = a.task_id
    WHERE i.role = 'leader' AND i.post_id IS NOT NULL AND {IN_FORCE} GROUP BY 1"""
# Lights then and now: what turned overdue or green since the day the board tells changes from.
TURNED = f"""
    SELECT c.light, {LIGHT} AS now, s.overdue_from > %(since)s, COUNT(*)
    FROM tracker_lightchange c JOIN tracker_standing s ON s.task_id = c.task_id
    WHERE c.plan_id = %(plan)s AND c.noted_on <= %(since)s AND {COUNTED}
      AND NOT EXISTS (SELECT 1 FROM tracker_lightchange l WHERE l.task_id = c.task_id AND l.noted_on > c.noted_on
                      AND l.noted_on <= %(since)s)
    GROUP BY 1, 2, 3"""
PUT_OFF = f"""
    SELECT COUNT(DISTINCT m.task_id) FROM projects_milestonedate d JOIN projects_milestone m ON m.id = d.milestone_id
    JOIN tracker_standing s ON s.task_id = m.task_id
    WHERE {COUNTED} AND d.organization_id = (SELECT organization_id FROM projects_plan WHERE id = %(plan)s)
      AND d.kind = 'extended' AND d.set_on >= %(since)s AND d.withdrawn_on IS NULL"""
SUSPENDED = "SELECT COUNT(*) FROM tracker_standing WHERE plan_id = %(plan)s AND state = 'suspended'"
OVERDUE = """
    SELECT t.id, t.number, t.title, s.late_since, s.next_due_on, s.moves,
           (SELECT r.sentence FROM tracker_progressreport r WHERE r.task_id = t.id ORDER BY r.id DESC LIMIT 1),
           (SELECT d.name FROM projects_involvement i JOIN accounts_department d ON d.id = i.department_id
            WHERE i.task_id = t.id AND i.role = 'lead' ORDER BY i.position LIMIT 1)
    FROM tracker_standing s JOIN projects_task t ON t.id = s.task_id
    WHERE s.plan_id = %(plan)s AND s.state = 'issued' AND s.overdue_from <= %(today)s
    ORDER BY s.late_since IS NULL, s.late_since, s.next_due_on IS NULL, s.next_due_on, t.position, t.id LIMIT 20"""
FIGURES = """
    SELECT g.name, g.unit, g.value, f.accepted, f.start_on, f.due_on, t.number, t.title, g.id
    FROM tracker_targetstanding f JOIN projects_target g ON g.id = f.target_id JOIN projects_task t ON t.id = f.task_id
    WHERE t.plan_id = %(plan)s AND t.state = 'issued' AND g.dropped_on IS NULL
    ORDER BY CASE WHEN f.behind_from <= %(today)s THEN 0 ELSE 1 END, t.position, t.id, g.position, g.id LIMIT 15"""
STATEMENTS = {
    "headings": HEADINGS,
    "units": UNITS,
    "leaders": LEADERS,
    "lacking_units": LACKING_UNITS,
    "lacking_headings": LACKING_HEADINGS,
    "lacking_leaders": LACKING_LEADERS,
    "turned": TURNED,
    "put_off": PUT_OFF,
    "suspended": SUSPENDED,
    "overdue": OVERDUE,
    "figures": FIGURES,
}

Rows = list[tuple[Any, ...]]


def board(plan: int, today: date, since: date, next_month: date) -> dict[str, Rows]:
    """Return the rows of every list and figure on the board."""
    given: dict[str, Any] = {
        "plan": plan,
        "today": today,
        "since": since,
        "month": today.replace(day=1),
        "next": next_month,
    }
    found = {}
    with connection.cursor() as cursor:
        for name, statement in STATEMENTS.items():
            cursor.execute(statement, given)
            found[name] = cursor.fetchall()
    return found
