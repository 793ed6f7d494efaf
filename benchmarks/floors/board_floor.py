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
LAST_ROUND = """(SELECT id FROM tracker_reportinground WHERE plan_id = %(plan)s AND starts_on <= %(today)s
                             ORDER BY starts_on DESC LIMIT 1)"""
OFFICE = "(SELECT organization_id FROM projects_plan WHERE id = %(plan)s)"
OWED = """CASE WHEN s.task_id IN (SELECT task_id FROM owed WHERE lacks = 1) THEN 2
                    WHEN s.task_id IN (SELECT task_id FROM owed WHERE lacks = 0) THEN 1 ELSE 0 END AS owed"""
# Hashed once by PostgreSQL. SQLite would go through all items for each part, and finds the standing by its key instead.
PARTS = {
    "postgresql": "SELECT item.light, item.owed, n.* FROM ({named}) n LEFT JOIN item ON item.task_id = n.task_id",
    "sqlite": f"""SELECT {LIGHT} AS light, {OWED}, n.* FROM ({{named}}) n JOIN tracker_standing s ON s.task_id = n.task_id
                  WHERE s.plan_id = %(plan)s AND s.state IN ('issued', 'closed')""",
}
NAMED = f"""SELECT DISTINCT i.task_id, i.{{party}} AS party FROM projects_involvement i
          WHERE i.organization_id = {OFFICE} AND i.role = '{{role}}' AND i.{{party}} IS NOT NULL
          AND i.task_id >= (SELECT MIN(id) FROM projects_task WHERE plan_id = %(plan)s)
          AND i.task_id <= (SELECT MAX(id) FROM projects_task WHERE plan_id = %(plan)s)
          AND (i.from_on IS NULL OR i.from_on <= %(today)s) AND (i.to_on IS NULL OR i.to_on >= %(today)s)"""
# Every item is looked at once, with what is owed for it; then who has a part in it, and the light it had.
TALLY = f"""
    WITH owed AS MATERIALIZED (
        SELECT task_id, department_id, CASE WHEN state IN ('owed', 'returned') THEN 1 ELSE 0 END AS lacks
        FROM tracker_owed WHERE round_id = {LAST_ROUND} AND state <> 'waived'),
    item AS MATERIALIZED (
        SELECT s.task_id, t.section_id, {LIGHT} AS light, t.closed_on, t.issued_on, s.overdue_from, {OWED}
        FROM tracker_standing s JOIN projects_task t ON t.id = s.task_id
        WHERE s.plan_id = %(plan)s AND t.plan_id = %(plan)s AND s.state IN ('issued', 'closed')),
    led AS ({{led}}),
    answered AS ({{answered}}),
    noted AS MATERIALIZED (
        SELECT c.task_id, c.light FROM tracker_lightchange c WHERE c.plan_id = %(plan)s AND c.noted_on <= %(since)s
           AND c.light IN ('overdue', 'behind', 'due_soon')
           AND NOT EXISTS (SELECT 1 FROM tracker_lightchange l WHERE l.plan_id = %(plan)s AND l.task_id = c.task_id
                           AND l.noted_on > c.noted_on AND l.noted_on <= %(since)s))
    SELECT 'heading', section_id, light, COUNT(*), COUNT(CASE WHEN owed > 0 THEN 1 END), COUNT(CASE WHEN owed = 2 THEN 1 END),
           COUNT(CASE WHEN light = 'closed' AND closed_on >= %(month)s AND closed_on <= %(today)s THEN 1 END),
           COUNT(CASE WHEN closed_on IS NULL AND overdue_from > %(today)s AND overdue_from < %(next)s THEN 1 END),
           COUNT(CASE WHEN closed_on >= %(since)s THEN 1 END), COUNT(CASE WHEN issued_on >= %(since)s THEN 1 END)
    FROM item GROUP BY section_id, light
    UNION ALL
    SELECT 'unit', party, light, COUNT(*), 0, 0, 0, 0, 0, 0 FROM led GROUP BY 2, 3
    UNION ALL
    SELECT 'leader', party, light, COUNT(*), COUNT(CASE WHEN owed > 0 THEN 1 END), COUNT(CASE WHEN owed = 2 THEN 1 END),
           0, 0, 0, 0 FROM answered GROUP BY 2, 3
    UNION ALL
    SELECT 'owed', department_id, NULL, COUNT(*), 0, SUM(lacks), 0, 0, 0, 0
    FROM owed WHERE (task_id IN (SELECT task_id FROM item)) IS TRUE GROUP BY 2
    UNION ALL
    SELECT 'turned', NULL, NULL,
           COUNT(CASE WHEN light = 'overdue' AND task_id NOT IN (SELECT task_id FROM noted WHERE noted.light = 'overdue')
                       AND (overdue_from > %(since)s OR EXISTS (
                           SELECT 1 FROM tracker_lightchange c
                           WHERE c.plan_id = %(plan)s AND c.task_id = item.task_id AND c.noted_on <= %(since)s)) THEN 1 END),
           COUNT(CASE WHEN light IN ('on_schedule', 'not_started', 'ongoing') AND task_id IN (SELECT task_id FROM noted)
                      THEN 1 END), 0, 0, 0, 0, 0 FROM item
    UNION ALL
    SELECT 'put off', NULL, NULL, COUNT(DISTINCT item.task_id), 0, 0, 0, 0, 0, 0
    FROM projects_milestonedate d JOIN projects_milestone m ON m.id = d.milestone_id
    LEFT JOIN item ON item.task_id = m.task_id
    WHERE d.organization_id = {OFFICE} AND d.kind = 'extended' AND d.set_on >= %(since)s AND d.withdrawn_on IS NULL"""
SUSPENDED = "SELECT COUNT(*) FROM tracker_standing WHERE plan_id = %(plan)s AND state = 'suspended'"
OVERDUE = """
    SELECT t.id, t.number, t.title, s.late_since, s.next_due_on, s.moves,
           (SELECT r.sentence FROM tracker_progressreport r WHERE r.task_id = t.id ORDER BY r.id DESC LIMIT 1),
           (SELECT d.name FROM projects_involvement i JOIN accounts_department d ON d.id = i.department_id
            WHERE i.task_id = t.id AND i.role = 'lead' ORDER BY i.position LIMIT 1)
    FROM tracker_standing s JOIN projects_task t ON t.id = s.task_id
    WHERE s.plan_id = %(plan)s AND s.state = 'issued' AND s.overdue_from <= %(today)s
    ORDER BY s.late_since IS NULL, s.late_since, s.next_due_on IS NULL, s.next_due_on, t.position, t.id LIMIT 20"""
FIGURES = f"""
    SELECT g.name, g.unit, g.value, f.accepted, f.start_on, f.due_on, t.number, t.title, g.id
    FROM tracker_targetstanding f JOIN projects_target g ON g.id = f.target_id JOIN projects_task t ON t.id = f.task_id
    WHERE f.organization_id = {OFFICE} AND g.organization_id = {OFFICE} AND t.plan_id = %(plan)s AND t.state = 'issued'
      AND g.dropped_on IS NULL
    ORDER BY CASE WHEN f.behind_from <= %(today)s THEN 0 ELSE 1 END, t.position, t.id, g.position, g.id LIMIT 15"""
STATEMENTS = {
    "tally": TALLY,
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
    led, answered = (_parts(role, party) for role, party in (("lead", "department_id"), ("leader", "post_id")))
    with connection.cursor() as cursor:
        for name, statement in STATEMENTS.items():
            cursor.execute(statement.format(led=led, answered=answered), given)
            found[name] = cursor.fetchall()
    return found


def _parts(role: str, party: str) -> str:
    return PARTS[connection.vendor].format(named=NAMED.format(role=role, party=party))
