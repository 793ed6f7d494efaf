"""The least a search can cost: one bare statement over the pairs of a word, and the titles of a page of what it finds."""

from collections.abc import Collection
from typing import Any

from django.db import connection

ON_POSTGRESQL = """
    WITH items AS MATERIALIZED (
        SELECT task_id, title, body FROM tracker_itemtext
        WHERE grams @> %(grams)s::integer[] AND (title LIKE %(like)s OR body LIKE %(like)s)),
    said AS MATERIALIZED (
        SELECT DISTINCT task_id FROM tracker_reporttext WHERE grams @> %(grams)s::integer[] AND body LIKE %(like)s)
    SELECT t.id FROM (SELECT task_id FROM items UNION SELECT task_id FROM said) f
    JOIN projects_task t ON t.id = f.task_id JOIN projects_plan p ON p.id = t.plan_id
    LEFT JOIN items i ON i.task_id = t.id
    WHERE p.state <> 'draft'
    ORDER BY CASE WHEN t.number = %(word)s THEN 0 WHEN i.title LIKE %(like)s THEN 1 WHEN i.task_id IS NOT NULL THEN 3
                  ELSE 4 END, p.year DESC, t.plan_id DESC, t.position, t.id LIMIT 501"""
ON_SQLITE = ON_POSTGRESQL.replace(
    "tracker_itemtext\n        WHERE grams @> %(grams)s::integer[]",
    "tracker_itemtext\n        WHERE task_id IN (SELECT rowid FROM tracker_itemtext_grams WHERE tracker_itemtext_grams MATCH %(grams)s)",
).replace(
    "tracker_reporttext WHERE grams @> %(grams)s::integer[]",
    "tracker_reporttext WHERE report_id IN"
    " (SELECT rowid FROM tracker_reporttext_grams WHERE tracker_reporttext_grams MATCH %(grams)s)",
)
TITLES = "SELECT id, number, title, content FROM projects_task WHERE id IN ({})"


def search(word: str, grams: Collection[int]) -> list[int]:
    """Return the items that hold one word of at least two signs, the closest first; names of units are left out."""
    postgresql = connection.vendor == "postgresql"
    found = f"{{{','.join(map(str, grams))}}}" if postgresql else " ".join(f"{each & 0xFFFFFFFF:08x}" for each in grams)
    given: dict[str, Any] = {"word": word, "like": f"%{word}%", "grams": found}
    with connection.cursor() as cursor:
        cursor.execute(ON_POSTGRESQL if postgresql else ON_SQLITE, given)
        ids = [pk for (pk,) in cursor.fetchall()]
        if ids:
            cursor.execute(TITLES.format(",".join(map(str, ids[:20]))))
            cursor.fetchall()
    return ids
