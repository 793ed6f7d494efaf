"""A unit's whole month in one sitting: rows written together are taken together, and nothing typed is lost."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import HistoryEntry
from projects.models import Plan
from projects.planning import close_task
from tests.browser.stories import midyear
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.visits import owed_of, report, signed_in
from tracker.choices import DraftSource, OwedState, ReviewState
from tracker.models import ProgressReport, ReportDraft
from tracker.reporting import accept_report
from tracker.rounds import close_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
GRID = "/mine/grid/"
SENTENCE = "已完成选址，正在报批。"


@pytest.fixture
def month(cast: Cast) -> Plan:
    """Return the plan of which the building section owes items 1, 3, 4 and 5 in June."""
    return midyear(cast)


@pytest.fixture
def desk(client: Client, cast: Cast, month: Plan) -> Client:
    return signed_in(client, cast.clerk)


def field(plan: Plan, number: str, name: str) -> str:
    return f"r{owed_of(plan, number).pk}-{name}"


def form_of(page: str) -> dict[str, list[str]]:
    """Return the page's form as a browser would send it untouched."""
    said: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, kind = re.search(r' name="([^"]*)"', tag), re.search(r' type="([^"]*)"', tag)
        if name is None or name[1] in {"csrfmiddlewaretoken", "q", "next"}:
            continue
        if kind and kind[1] == "checkbox" and " checked" not in tag:
            continue
        value = re.search(r' value="([^"]*)"', tag)
        said.setdefault(name[1], []).append(unescape(value[1]) if value else "on")
    for name, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        said.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        said.setdefault(name, []).append(chosen[1] if chosen else "")
    return said


def sentence_of(plan: Plan, number: str) -> str:
    return ProgressReport.objects.filter(task=task_of(plan, number)).latest("pk").sentence


def test_written_rows_are_taken_together_and_the_others_stay_owed(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode())
    said |= {field(month, "1", "sentence"): [SENTENCE], field(month, "4", "sentence"): ["建成 21 座。"]}
    target = task_of(month, "4").targets.get()
    said[field(month, "4", f"value-{target.pk}")] = ["21"]
    answer = desk.post(GRID, said, follow=True).content.decode()
    assert "已报送 2 项：第 1 项、第 4 项。" in answer
    assert (sentence_of(month, "1"), sentence_of(month, "4")) == (SENTENCE, "建成 21 座。")
    assert ProgressReport.objects.get(task__number="4").values.get().value == 21
    assert {number: owed_of(month, number).state for number in ("1", "3", "4", "5")} == {
        "1": OwedState.SUBMITTED,
        "3": OwedState.OWED,
        "4": OwedState.SUBMITTED,
        "5": OwedState.OWED,
    }


def test_an_untouched_sheet_reports_nothing(desk: Client, month: Plan) -> None:
    answer = desk.post(GRID, form_of(desk.get(GRID).content.decode()), follow=True).content.decode()
    assert "还没有写好的行" in answer
    assert not ProgressReport.objects.exists()


def test_no_change_is_a_tick_and_its_reason(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode())
    said |= {field(month, "5", "no_change"): ["1"], field(month, "5", "sentence"): ["等待供地。"]}
    desk.post(GRID, said)
    made = ProgressReport.objects.get()
    assert (made.task.number, made.no_change, made.sentence) == ("5", True, "等待供地。")


def test_a_row_that_is_wrong_stays_with_its_error_while_the_others_are_taken(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode())
    target = task_of(month, "4").targets.get()
    said |= {
        field(month, "1", "sentence"): [SENTENCE],
        field(month, "4", "sentence"): ["建成一些。"],
        field(month, "4", f"value-{target.pk}"): ["二十座"],
        field(month, "5", "no_change"): ["1"],
    }
    answer = desk.post(GRID, said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "已报送 1 项：第 1 项。" in page
    assert "2 项没有提交：第 4 项、第 5 项。" in page
    assert "请写无变化的原因。" in page
    again = form_of(page)
    assert again[field(month, "4", "sentence")] == ["建成一些。"]
    assert again[field(month, "4", f"value-{target.pk}")] == ["二十座"]
    assert again[field(month, "5", "no_change")] == ["1"]
    again |= {field(month, "4", f"value-{target.pk}"): ["20"], field(month, "5", "sentence"): ["等待供地。"]}
    desk.post(GRID, again)
    assert ProgressReport.objects.count() == 3


def test_rows_of_a_round_closed_meanwhile_stay_with_the_reason_as_drafts(desk: Client, cast: Cast, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode()) | {field(month, "1", "sentence"): [SENTENCE]}
    close_round(reporting_round=owed_of(month, "1").round, by=cast.actor(), now=at(TODAY))
    answer = desk.post(GRID, said)
    assert answer.status_code == 422
    assert "这一期已经结束" in answer.content.decode()
    assert ReportDraft.objects.get().content["sentence"] == SENTENCE


def test_what_stays_is_kept_as_a_draft_for_the_next_visit(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode())
    said[field(month, "5", "problem")] = ["资金没有到位"]
    assert desk.post(GRID, said).status_code == 422
    assert form_of(desk.get(GRID).content.decode())[field(month, "5", "problem")] == ["资金没有到位"]
    assert not ProgressReport.objects.exists()


def test_the_same_sheet_sent_twice_reports_once(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode()) | {field(month, "1", "sentence"): [SENTENCE]}
    for _ in range(2):
        assert "已报送 1 项" in desk.post(GRID, said, follow=True).content.decode()
    assert ProgressReport.objects.count() == 1


def test_another_s_report_in_between_is_shown_beside_what_was_typed(desk: Client, cast: Cast, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode()) | {
        field(month, "1", "sentence"): [SENTENCE],
        field(month, "5", "sentence"): ["开始招标。"],
    }
    report(cast, month, "1", sentence="科长先报了。")
    answer = desk.post(GRID, said)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "科长先报了。" in page
    assert form_of(page)[field(month, "1", "sentence")] == [SENTENCE]
    assert (sentence_of(month, "1"), sentence_of(month, "5")) == ("科长先报了。", "开始招标。")
    unseen = form_of(page)
    assert desk.post(GRID, unseen).status_code == 409
    seen = re.search(rf'name="{field(month, "1", "seen_too")}" value="(\d+)"', page)
    assert seen is not None
    desk.post(GRID, unseen | {field(month, "1", "seen_too"): [seen[1]]})
    assert sentence_of(month, "1") == SENTENCE
    states = ProgressReport.objects.filter(task__number="1").order_by("pk").values_list("review_state", flat=True)
    assert list(states) == [ReviewState.REPLACED, ReviewState.SUBMITTED]


def test_an_item_closed_or_accepted_meanwhile_is_said_with_what_was_typed(
    desk: Client, cast: Cast, month: Plan
) -> None:
    said = form_of(desk.get(GRID).content.decode()) | {
        field(month, "1", "sentence"): [SENTENCE],
        field(month, "5", "sentence"): ["开始招标。"],
        field(month, "4", "sentence"): ["建成 21 座。"],
    }
    close_task(task=task_of(month, "5"), on=TODAY, by=cast.actor(), now=at(TODAY))
    accept_report(report=report(cast, month, "1", sentence="科长先报了。"), by=cast.actor(), now=at(TODAY))
    page = desk.post(GRID, said).content.decode()
    assert "这一项已不在办理中，不用再报。" in page
    assert "本期这一项已审核通过，不用再报。" in page
    assert SENTENCE in page
    assert "开始招标。" in page
    assert sentence_of(month, "4") == "建成 21 座。"


def test_only_ticked_rows_go_and_the_others_are_kept(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode()) | {
        field(month, "1", "sentence"): [SENTENCE],
        field(month, "5", "sentence"): ["开始招标。"],
        "pick": [str(owed_of(month, "5").pk)],
        "act": ["picked"],
    }
    desk.post(GRID, said)
    assert ProgressReport.objects.get().task.number == "5"
    assert ReportDraft.objects.get().content["sentence"] == SENTENCE
    assert form_of(desk.get(GRID).content.decode())[field(month, "1", "sentence")] == [SENTENCE]


def test_a_row_left_is_kept_and_forgotten_once_it_is_reported(desk: Client, cast: Cast, month: Plan) -> None:
    owed = owed_of(month, "1")
    said = {"row": [str(owed.pk)], f"r{owed.pk}-seen": ["0"], f"r{owed.pk}-sentence": [SENTENCE]}
    assert desk.post(f"{GRID}draft/", said).json()["kept"] == 1
    draft = ReportDraft.objects.get()
    assert (draft.user, draft.content["sentence"], draft.source) == (cast.clerk, SENTENCE, DraftSource.TYPED)
    page = desk.get(GRID).content.decode()
    desk.post(GRID, form_of(page))
    assert sentence_of(month, "1") == SENTENCE
    assert not ReportDraft.objects.exists()


def test_ticked_rows_are_emptied_and_the_others_keep_what_they_hold(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode()) | {
        field(month, "1", "sentence"): [SENTENCE],
        field(month, "5", "sentence"): ["开始招标。"],
    }
    desk.post(GRID, said | {"act": ["draft"]})
    desk.post(GRID, said | {"act": ["clear"], "pick": [str(owed_of(month, "1").pk)]})
    assert [draft.task.number for draft in ReportDraft.objects.all()] == ["5"]


def test_rows_of_another_unit_are_not_there(client: Client, cast: Cast, month: Plan) -> None:
    owed = owed_of(month, "1")
    said = {"row": [str(owed.pk)], f"r{owed.pk}-sentence": [SENTENCE], f"r{owed.pk}-seen": ["0"]}
    other = signed_in(client, cast.investment_clerk)
    assert (other.post(GRID, said).status_code, other.post(f"{GRID}draft/", said).status_code) == (404, 404)
    assert not ProgressReport.objects.exists()


def test_what_contradicts_itself_is_asked_about_in_its_row_and_taken_once_confirmed(desk: Client, month: Plan) -> None:
    step = task_of(month, "5").milestones.get()
    said = form_of(desk.get(GRID).content.decode()) | {
        field(month, "1", "sentence"): [SENTENCE],
        field(month, "5", "sentence"): ["已经贯通。"],
        field(month, "5", f"mark-{step.pk}"): ["2026-06-30"],
    }
    answer = desk.post(GRID, said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "这一天还没到" in page
    assert [report.task.number for report in ProgressReport.objects.all()] == ["1"]
    sure = re.search(rf'name="{field(month, "5", "sure")}" value="([^"]*)"', page)
    assert sure is not None
    desk.post(GRID, form_of(page) | {field(month, "5", "sure"): [unescape(sure[1])]})
    assert sentence_of(month, "5") == "已经贯通。"
    entry = HistoryEntry.objects.get(task_id=task_of(month, "5").pk, action="report.submitted")
    assert entry.after["confirmed"] == [f"ahead:{step.pk}:2026-06-30"]


def sure_of(page: str, plan: Plan, number: str) -> str:
    found = re.search(rf'name="{field(plan, number, "sure")}" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def test_what_was_confirmed_isnt_asked_again_when_another_value_is(desk: Client, month: Plan) -> None:
    step, target = task_of(month, "4").milestones.get(), task_of(month, "4").targets.get()
    value, mark, sure = (field(month, "4", name) for name in (f"value-{target.pk}", f"mark-{step.pk}", "sure"))
    said = form_of(desk.get(GRID).content.decode()) | {
        field(month, "4", "sentence"): ["建成。"],
        value: ["280"],
        mark: ["2026-06-30"],
    }
    page = desk.post(GRID, said).content.decode()
    assert "越过了目标" in page
    page = desk.post(GRID, form_of(page) | {value: ["281"], sure: [sure_of(page, month, "4")]}).content.decode()
    assert "越过了目标" in page
    assert "这一天还没到" not in page
    desk.post(GRID, form_of(page) | {sure: [sure_of(page, month, "4")]})
    entry = HistoryEntry.objects.get(task_id=task_of(month, "4").pk, action="report.submitted")
    assert entry.after["confirmed"] == [f"ahead:{step.pk}:2026-06-30", f"beyond:{target.pk}:281"]


def test_a_confirmation_outlasts_another_s_report(desk: Client, cast: Cast, month: Plan) -> None:
    step = task_of(month, "5").milestones.get()
    said = form_of(desk.get(GRID).content.decode()) | {
        field(month, "5", "sentence"): ["已经贯通。"],
        field(month, "5", f"mark-{step.pk}"): ["2026-06-30"],
    }
    page = desk.post(GRID, said).content.decode()
    report(cast, month, "5", sentence="科长先报了。")
    page = desk.post(GRID, form_of(page) | {field(month, "5", "sure"): [sure_of(page, month, "5")]}).content.decode()
    assert "科长先报了。" in page
    seen = re.search(rf'name="{field(month, "5", "seen_too")}" value="(\d+)"', page)
    assert seen is not None
    desk.post(GRID, form_of(page) | {field(month, "5", "seen_too"): [seen[1]]})
    assert sentence_of(month, "5") == "已经贯通。"


def test_a_draft_that_comes_after_its_report_is_not_kept(desk: Client, month: Plan) -> None:
    said = form_of(desk.get(GRID).content.decode()) | {field(month, "1", "sentence"): [SENTENCE]}
    desk.post(GRID, said)
    assert desk.post(f"{GRID}draft/", said).json()["kept"] == 0
    assert not ReportDraft.objects.exists()
