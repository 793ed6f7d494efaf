"""A bulletin is frozen with its day, words from a hand survive new figures, and its numbers follow on without gaps."""

from datetime import date, timedelta

import pytest

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.models import Plan
from projects.planning import close_task, mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.bulletins.june import JUNE, begun, redrawn, text_of, words, written
from tests.tracker.visits import in_may, report
from tracker.bulletins.periods import month, quarter
from tracker.bulletins.rewriting import moved
from tracker.bulletins.writing import (
    NotPublished,
    WrongBulletinState,
    next_number,
    passage_of,
    publish_bulletin,
    withdraw_bulletin,
)
from tracker.choices import BulletinState
from tracker.models import Bulletin, BulletinItem, ReportingRound
from tracker.rounds import close_round, open_rounds, reopen_round

pytestmark = pytest.mark.django_db

JULY = date(2026, 7, 6)


def item_of(row: Bulletin, number: str) -> BulletinItem:
    return BulletinItem.objects.get(bulletin=row, number=number)


def select_site(cast: Cast, plan: Plan, *, on: date = TODAY) -> None:
    """Do the one step that makes the road overdue."""
    road = task_of(plan, "1")
    done = {road.milestones.get(text="选址").pk: on}
    mark_milestones(task=road, done=done, by=cast.actor(today=on), now=at(on))


def published(cast: Cast, row: Bulletin, *, number: int | None = None, today: date = TODAY) -> Bulletin:
    by = cast.actor(today=today)
    return publish_bulletin(bulletin=row, version=row.version, words=words(row), number=number, by=by)


def withdrawn(cast: Cast, row: Bulletin) -> Bulletin:
    return withdraw_bulletin(bulletin=row, version=row.version, reason="数字有误", by=cast.actor())


def test_its_counts_are_those_of_the_items_it_keeps(cast: Cast, plan: Plan) -> None:
    row = begun(cast, plan)
    lights = list(BulletinItem.objects.filter(bulletin=row).values_list("light", flat=True))
    assert row.figures["total"] == len(lights) == 3
    assert {light: n for light, n in row.figures["lights"].items() if n} == {x: lights.count(x) for x in set(lights)}


def test_an_overdue_item_stands_with_its_unit_its_days_and_the_unit_s_last_accepted_words(
    cast: Cast, plan: Plan
) -> None:
    in_may(cast, plan, "1", sentence="两处选址未定。", values={})
    open_rounds(today=TODAY)
    report(cast, plan, "1", sentence="六月的话还没有审核。")
    kept = item_of(begun(cast, plan), "1")
    assert (kept.light, kept.days_late, kept.units, kept.said) == ("overdue", 85, "规划建设科", "两处选址未定。")


def test_later_changes_leave_it_alone(cast: Cast, plan: Plan) -> None:
    row = begun(cast, plan)
    before = [*row.items.order_by("pk").values()], row.figures, text_of(row, "overall")
    select_site(cast, plan)
    close_task(task=task_of(plan, "2"), on=TODAY, by=cast.actor(), now=at(TODAY))
    row.refresh_from_db()
    assert ([*row.items.order_by("pk").values()], row.figures, text_of(row, "overall")) == before


def test_what_was_done_is_that_of_the_period_alone(cast: Cast, plan: Plan) -> None:
    select_site(cast, plan, on=date(2026, 5, 29))
    close_task(task=task_of(plan, "3"), on=date(2026, 6, 2), by=cast.actor(), now=at(TODAY))
    june, may = begun(cast, plan), begun(cast, plan, period=month(2026, 5))
    second = begun(cast, plan, period=quarter(2026, 2))
    done = [(row.figures["closed_in"], row.figures["steps_done"]) for row in (june, may, second)]
    assert done == [(1, 0), (0, 1), (1, 1)]


def test_a_closed_round_s_stored_lights_and_gaps_are_taken_over(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    june = ReportingRound.objects.get(plan=plan, key="2026-06")
    close_round(reporting_round=june, by=cast.actor(today=JULY), now=at(JULY))
    later = JULY + timedelta(days=3)
    select_site(cast, plan, on=later)
    row = begun(cast, plan, today=later)
    assert (row.as_of, row.round) == (JULY, june)
    assert (item_of(row, "1").light, item_of(row, "1").days_late) == ("overdue", (JULY - date(2026, 3, 31)).days)
    assert item_of(row, "1").lacking == ["规划建设科"]


def test_a_reopened_round_s_lists_are_forgotten(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    june = ReportingRound.objects.get(plan=plan, key="2026-06")
    june = close_round(reporting_round=june, by=cast.actor(today=JULY), now=at(JULY))
    later = JULY + timedelta(days=3)
    by = cast.actor(today=later)
    reopen_round(reporting_round=june, reason="漏报一项", by=by, now=at(later))
    row = begun(cast, plan, today=later)
    assert (row.as_of, row.round) == (later, None)


def test_without_a_closed_round_it_says_the_day_it_was_drawn_up(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    row = begun(cast, plan)
    assert (row.as_of, row.round) == (TODAY, None)
    assert "数据截至2026年6月24日" in text_of(row, "opening")


def test_units_that_owe_reports_are_told_in_the_organization_s_order(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    report(cast, plan, "2")
    row = begun(cast, plan)
    assert row.figures["units"] == [["规划建设科", 2], ["经济发展科", 1], ["招商服务科", 1]]
    assert "尚未报送4项次：规划建设科（2项）、经济发展科（1项）、招商服务科（1项）" in text_of(row, "reporting")


def test_a_period_has_one_bulletin_at_a_time(cast: Cast, plan: Plan) -> None:
    row = begun(cast, plan)
    assert begun(cast, plan).pk == row.pk
    withdrawn(cast, row)
    assert begun(cast, plan).pk != row.pk


def test_untouched_words_follow_new_figures_and_words_from_a_hand_stay(cast: Cast, plan: Plan) -> None:
    row = written(cast, begun(cast, plan), lagging="逾期1项，已约谈。")
    select_site(cast, plan)
    row = redrawn(cast, row)
    assert "逾期0项" in text_of(row, "overall")
    assert text_of(row, "lagging") == "逾期1项，已约谈。"


def test_the_figures_that_moved_under_words_from_a_hand_are_named_until_somebody_looked(cast: Cast, plan: Plan) -> None:
    row = written(cast, begun(cast, plan), lagging="逾期1项，已约谈。")
    select_site(cast, plan)
    row = redrawn(cast, row)
    (change,) = moved(passage_of(row.paragraphs.get(key="lagging")))
    assert (change.name, change.old, change.new) == ("逾期", "1", "0")
    with pytest.raises(NotPublished, match="moved"):
        published(cast, row)
    row.refresh_from_db()
    row = redrawn(cast, row, checked={"lagging"})
    assert moved(passage_of(row.paragraphs.get(key="lagging"))) == ()
    assert published(cast, row).state == BulletinState.PUBLISHED


def test_new_words_are_taken_to_be_written_with_the_figures_of_now(cast: Cast, plan: Plan) -> None:
    row = written(cast, begun(cast, plan), lagging="逾期1项，已约谈。")
    select_site(cast, plan)
    row = written(cast, redrawn(cast, row), lagging="没有逾期。")
    assert moved(passage_of(row.paragraphs.get(key="lagging"))) == ()


def test_a_paragraph_can_go_back_to_the_template_s_words(cast: Cast, plan: Plan) -> None:
    row = begun(cast, plan)
    drafted = text_of(row, "overall")
    row = written(cast, row, overall="另写。")
    redrawn(cast, row, reset={"overall"})
    assert text_of(row, "overall") == drafted


def test_numbers_follow_on_within_the_year_and_a_withdrawn_one_is_taken_up_again(cast: Cast, plan: Plan) -> None:
    first = published(cast, begun(cast, plan, period=month(2026, 4)))
    second = published(cast, begun(cast, plan, period=month(2026, 5)))
    third = published(cast, begun(cast, plan))
    assert (first.number, second.number, third.number) == (1, 2, 3)
    withdrawn(cast, second)
    assert next_number(cast.organization.pk, 2026) == 2
    assert published(cast, begun(cast, plan, period=month(2026, 5))).number == 2
    assert next_number(cast.organization.pk, 2026) == 4
    assert next_number(cast.organization.pk, 2027) is None


def test_the_year_s_first_may_go_on_from_paper_and_no_later_one_leaves_a_gap(cast: Cast, plan: Plan) -> None:
    assert published(cast, begun(cast, plan, period=month(2026, 5)), number=6).number == 6
    with pytest.raises(NotPublished, match="number"):
        published(cast, begun(cast, plan), number=9)
    assert published(cast, Bulletin.objects.get(starts_on=JUNE.starts_on)).number == 7


def test_words_from_a_hand_go_over_from_the_withdrawn_one_to_the_next_of_its_period(cast: Cast, plan: Plan) -> None:
    row = published(cast, written(cast, begun(cast, plan), next="请于月底前报结果。"))
    withdrawn(cast, row)
    assert text_of(begun(cast, plan), "next") == "请于月底前报结果。"


def test_what_was_published_is_not_written_on(cast: Cast, plan: Plan) -> None:
    row = published(cast, begun(cast, plan))
    with pytest.raises(WrongBulletinState):
        written(cast, row, overall="改。")
    with pytest.raises(WrongBulletinState):
        redrawn(cast, row)


def test_of_two_who_write_the_second_learns_of_the_first(cast: Cast, plan: Plan) -> None:
    row = begun(cast, plan)
    stale = Bulletin.objects.get(pk=row.pk)
    written(cast, row, overall="第一人。")
    with pytest.raises(Conflict):
        written(cast, stale, overall="第二人。")
    assert text_of(row, "overall") == "第一人。"


def test_a_settings_change_is_kept_for_the_next_bulletin(cast: Cast, plan: Plan) -> None:
    row = begun(cast, plan, period=month(2026, 5))
    redrawn(cast, row, masthead="督查通报", issuer="示例督查办")
    following = begun(cast, plan)
    assert (following.masthead, following.issuer) == ("督查通报", "示例督查办")


def test_each_step_is_written_to_history(cast: Cast, plan: Plan) -> None:
    row = redrawn(cast, written(cast, begun(cast, plan), overall="另写。"))
    withdrawn(cast, published(cast, row))
    entries = HistoryEntry.objects.filter(object_type="bulletin", object_id=row.pk).order_by("object_version")
    assert [entry.action.partition(".")[2] for entry in entries] == [
        "begun",
        "written",
        "redrawn",
        "published",
        "withdrawn",
    ]
    assert entries[1].after["texts"]["overall"] == "另写。"


def test_a_withdrawal_needs_a_reason(cast: Cast, plan: Plan) -> None:
    row = begun(cast, plan)
    with pytest.raises(ValueError, match="reason"):
        withdraw_bulletin(bulletin=row, version=row.version, reason=" ", by=cast.actor())
