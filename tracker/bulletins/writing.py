"""Bulletins: begun from a plan's figures, written on by hand, drawn up anew, published under a number, withdrawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.models import Organization
from accounts.versions import raise_version
from projects.models import Plan
from tracker.bulletins.facts import Gathered
from tracker.bulletins.gathering import gather
from tracker.bulletins.periods import Period
from tracker.bulletins.rewriting import Passage, moved, redrafted, rewritten
from tracker.bulletins.wording import draft, proposed_title
from tracker.choices import BulletinAnnex, BulletinState, PeriodKind
from tracker.models import Bulletin, BulletinItem, BulletinParagraph

KIND = "bulletin"
BATCH = 1000
SETTINGS = ("title", "masthead", "issuer", "copies", "annex")
ITEM_COLUMNS = (
    "task_id",
    "number",
    "title",
    "section",
    "light",
    "days_late",
    "moves",
    "units",
    "leaders",
    "due_on",
    "why",
    "said",
    "problems",
    "closed_in",
    "steps_done",
)
"""What an item's row takes over from its facts as it is."""


class WrongBulletinState(Exception):
    """It was published, or withdrawn, already; `row` is what stands there."""

    def __init__(self, row: Bulletin) -> None:
        super().__init__(f"bulletin {row.pk} is {row.state}")
        self.row = row


class NotPublished(Exception):
    """It can't go out: `reason` is a code (`number`: it doesn't follow on; `moved`: old figures under words by hand)."""

    def __init__(self, reason: str, row: Bulletin) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row


@dataclass(frozen=True, slots=True)
class Words:
    """What a form says: the settings, and texts by paragraph.

    `reset` paragraphs go back to the template's words; the figures of `checked` ones were looked at.
    """

    title: str
    masthead: str
    issuer: str
    copies: str
    annex: BulletinAnnex
    texts: Mapping[str, str]
    reset: Collection[str] = field(default=())
    checked: Collection[str] = field(default=())


def period_of(bulletin: Bulletin) -> Period:
    return Period(PeriodKind(bulletin.kind), bulletin.starts_on, bulletin.ends_on)


def next_number(organization_id: int, year: int) -> int | None:
    """Return the number of the year's next issue, the lowest that is free; None before the first, which may be any."""
    rows = Bulletin.objects.filter(organization=organization_id, year=year, number__isnull=False)
    given = dict.fromkeys(rows.order_by("number").values_list("number", flat=True))
    taken = set(rows.filter(state=BulletinState.PUBLISHED).values_list("number", flat=True))
    if not given:
        return None
    number = int(next(iter(given)) or 1)
    while number in taken:
        number += 1
    return number


@transaction.atomic
def begin_bulletin(*, plan: Plan, period: Period, by: Actor) -> Bulletin:
    """Draw up the period's bulletin with today's figures; the one that stands there already is returned.

    Words from a hand go over from one of this period that was withdrawn, settings from the organization's last.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)
    same = Bulletin.objects.filter(plan=plan, kind=period.kind, starts_on=period.starts_on)
    if (standing := same.exclude(state=BulletinState.WITHDRAWN).first()) is not None:
        return standing
    gathered = gather(plan, period, today=by.today)
    last = Bulletin.objects.filter(organization=plan.organization_id).order_by("-pk").first()
    row = Bulletin.objects.create(
        organization_id=plan.organization_id,
        plan=plan,
        kind=period.kind,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        year=by.today.year,
        title=proposed_title(period),
        masthead=last.masthead if last else "",
        issuer=last.issuer if last else plan.organization.name,
        copies=last.copies if last else "",
        annex=last.annex if last else BulletinAnnex.LAGGING,
        author_name=by.name,
        **_stamp(gathered),
    )
    withdrawn = same.filter(state=BulletinState.WITHDRAWN).order_by("-pk").first()
    _draw(row, gathered, _passages(withdrawn) if withdrawn else {})
    _note(row, "bulletin.begun", by=by)
    return row


@transaction.atomic
def write_bulletin(*, bulletin: Bulletin, version: int, words: Words, by: Actor) -> Bulletin:
    """Keep what was written by hand. Raise Conflict or WrongBulletinState."""
    row = _locked(bulletin, version, BulletinState.DRAFT)
    before = _content(row)
    _write(row, words)
    _note(row, "bulletin.written", before=before, by=by)
    return row


@transaction.atomic
def redraw_bulletin(*, bulletin: Bulletin, version: int, words: Words, by: Actor) -> Bulletin:
    """Keep what was written, then take the figures afresh: words from a hand stay."""
    row = _locked(bulletin, version, BulletinState.DRAFT)
    before = _content(row)
    _write(row, words)
    gathered = gather(row.plan, period_of(row), today=by.today)
    for name, value in _stamp(gathered).items():
        setattr(row, name, value)
    row.save(update_fields=["as_of", "round", "figures"])
    passages = _passages(row)
    BulletinItem.objects.filter(bulletin=row).delete()
    BulletinParagraph.objects.filter(bulletin=row).delete()
    _draw(row, gathered, passages)
    _note(row, "bulletin.redrawn", before=before, by=by)
    return row


@transaction.atomic
def publish_bulletin(
    *, bulletin: Bulletin, version: int, words: Words, number: int | None = None, by: Actor
) -> Bulletin:
    """Keep what was written and publish it under the next number of the year; `number` counts for the first one only.

    Raise NotPublished, Conflict or WrongBulletinState.
    """
    # One at a time within an organization: the next number is read, then taken.
    Organization.objects.select_for_update().get(pk=bulletin.organization_id)
    row = _locked(bulletin, version, BulletinState.DRAFT)
    before = _content(row)
    _write(row, words)
    if any(moved(passage) for passage in _passages(row).values()):
        raise NotPublished("moved", row)
    following = next_number(row.organization_id, by.today.year)
    if following is not None and number not in {None, following}:
        raise NotPublished("number", row)
    row.number, row.year = following or number or 1, by.today.year
    row.state, row.published_on = BulletinState.PUBLISHED, by.today
    row.published_by, row.publisher_name = by.user, by.name
    row.save(update_fields=["number", "year", "state", "published_on", "published_by", "publisher_name"])
    _note(row, "bulletin.published", before=before, by=by)
    return row


@transaction.atomic
def withdraw_bulletin(*, bulletin: Bulletin, version: int, reason: str, by: Actor) -> Bulletin:
    """Take a draft or a published bulletin back, with the reason; its number is free for the next."""
    if not reason.strip():
        raise ValueError("a bulletin is withdrawn with a reason")
    row = _locked(bulletin, version, BulletinState.DRAFT, BulletinState.PUBLISHED)
    before = _content(row)
    row.state, row.withdrawn_on, row.withdrawal = BulletinState.WITHDRAWN, by.today, reason
    row.save(update_fields=["state", "withdrawn_on", "withdrawal"])
    _note(row, "bulletin.withdrawn", before=before, reason=reason, by=by)
    return row


def _stamp(gathered: Gathered) -> dict[str, Any]:
    return {"as_of": gathered.as_of, "round_id": gathered.round_id, "figures": gathered.figures()}


def _draw(row: Bulletin, gathered: Gathered, standing: Mapping[str, Passage]) -> None:
    """Write the items and paragraphs of the figures under the words that stand."""
    items = (
        BulletinItem(
            organization_id=row.organization_id,
            bulletin=row,
            position=place,
            lacking=list(item.lacking),
            **{name: getattr(item, name) for name in ITEM_COLUMNS},
        )
        for place, item in enumerate(gathered.items)
    )
    BulletinItem.objects.bulk_create(items, batch_size=BATCH)
    drafts = ((place, each, redrafted(standing.get(each.key), each)) for place, each in enumerate(draft(gathered)))
    BulletinParagraph.objects.bulk_create(
        BulletinParagraph(
            organization_id=row.organization_id,
            bulletin=row,
            key=each.key,
            position=place,
            text=passage.text,
            text_values=dict(passage.text_values),
            drafted=passage.drafted,
            values=dict(passage.values),
        )
        for place, each, passage in drafts
    )


def passage_of(row: BulletinParagraph) -> Passage:
    return Passage(row.text, row.text_values, row.drafted, row.values)


def _passages(row: Bulletin) -> dict[str, Passage]:
    return {each.key: passage_of(each) for each in BulletinParagraph.objects.filter(bulletin=row)}


def _write(row: Bulletin, words: Words) -> None:
    for name in SETTINGS:
        setattr(row, name, getattr(words, name))
    row.save(update_fields=[*SETTINGS])
    for paragraph in BulletinParagraph.objects.filter(bulletin=row):
        key = paragraph.key
        passage = rewritten(passage_of(paragraph), words.texts.get(key, paragraph.text))
        if key in words.reset:
            passage = Passage(passage.drafted, passage.values, passage.drafted, passage.values)
        elif key in words.checked:
            passage = Passage(passage.text, passage.values, passage.drafted, passage.values)
        paragraph.text, paragraph.text_values = passage.text, dict(passage.text_values)
        paragraph.save(update_fields=["text", "text_values"])


def _locked(bulletin: Bulletin, version: int, *states: BulletinState) -> Bulletin:
    """Lock the bulletin, count its new version and return it; raise Conflict or WrongBulletinState."""
    row = Bulletin.objects.select_related("plan").get(pk=bulletin.pk)
    raise_version(row, expected=version)
    if row.state not in states:
        raise WrongBulletinState(row)
    return row


def _content(row: Bulletin) -> dict[str, Any]:
    texts = BulletinParagraph.objects.filter(bulletin=row).order_by("position").values_list("key", "text")
    return {
        "plan": row.plan_id,
        "kind": row.kind,
        "starts_on": row.starts_on,
        "as_of": row.as_of,
        "state": row.state,
        "number": row.number,
        **{name: getattr(row, name) for name in SETTINGS},
        "figures": row.figures,
        "texts": dict(texts),
    }


def _note(row: Bulletin, action: str, *, before: dict[str, Any] | None = None, reason: str = "", by: Actor) -> None:
    record(
        Change(
            organization_id=row.organization_id,
            object_type=KIND,
            object_id=row.pk,
            version=row.version,
            action=action,
            before=before or {},
            after=_content(row),
            reason=reason,
        ),
        by=by,
    )
