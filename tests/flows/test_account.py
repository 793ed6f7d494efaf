"""A clerk gives an account: what is typed is kept, what contradicts is asked, and files come with it or wait with the item."""

from decimal import Decimal

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import HistoryEntry
from projects.models import Plan, Task
from tests.cast import PASSWORD, TODAY, Cast, at, task_of
from tests.tracker.accounts import given, opened_round
from tests.tracker.evidence_files import PDF, PROGRAM, upload
from tests.tracker.visits import in_may, report, signed_in
from tracker import evidence
from tracker.boards.evidence import evidence_of
from tracker.models import EvidenceFile, ProgressReport, ReportDraft
from tracker.reporting import return_report
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def road(plan: Plan) -> Task:
    open_rounds(today=TODAY)
    return task_of(plan, "1")


@pytest.fixture
def firms(plan: Plan) -> Task:
    open_rounds(today=TODAY)
    return task_of(plan, "2")


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    return signed_in(client, cast.clerk)


def form(client: Client, task: Task) -> dict[str, str]:
    """Return the form as it is shown, as a browser would send it."""
    context = client.get(f"/items/{task.pk}/report/").context["form"]
    shown = {name: context[name] for name in ("token", "seen", "author", "sentence", "reason", "problem")}
    return {"state": "on_plan", **{name: str(value) for name, value in shown.items()}}


class TestDraft:
    def test_what_is_typed_is_kept_and_comes_back(self, clerk: Client, road: Task) -> None:
        typed = form(clerk, road) | {"sentence": "红线图已报", "problem": "等批复"}
        answer = clerk.post(f"/items/{road.pk}/report/draft/", typed)
        assert set(answer.json()) == {"at"}
        page = clerk.get(f"/items/{road.pk}/report/")
        assert page.context["form"]["sentence"] == "红线图已报"
        assert "草稿已存" in page.content.decode()

    def test_a_button_keeps_it_without_script_and_another_clears_it(self, clerk: Client, road: Task) -> None:
        typed = form(clerk, road) | {"sentence": "红线图已报", "act": "draft"}
        answer = clerk.post(f"/items/{road.pk}/report/", typed)
        assert answer.status_code == 200
        assert answer.context["form"]["sentence"] == "红线图已报"
        assert not ProgressReport.objects.exists()
        answer = clerk.post(f"/items/{road.pk}/report/", typed | {"act": "drop"})
        assert answer.context["form"]["sentence"] == ""
        assert not ReportDraft.objects.exists()

    def test_it_is_gone_once_the_report_is_in_and_no_late_one_comes_back(self, clerk: Client, road: Task) -> None:
        typed = form(clerk, road) | {"sentence": "红线图已报"}
        clerk.post(f"/items/{road.pk}/report/draft/", typed)
        assert clerk.post(f"/items/{road.pk}/report/", typed).status_code == 302
        assert not ReportDraft.objects.exists()
        clerk.post(f"/items/{road.pk}/report/draft/", typed)
        assert not ReportDraft.objects.exists()

    def test_nobody_else_sees_it(self, cast: Cast, clerk: Client, road: Task) -> None:
        clerk.post(f"/items/{road.pk}/report/draft/", form(clerk, road) | {"sentence": "红线图已报"})
        head = signed_in(Client(), cast.head)
        assert head.get(f"/items/{road.pk}/report/").context["form"]["sentence"] == ""

    def test_a_report_that_came_in_since_stands_beside_it(
        self, cast: Cast, plan: Plan, clerk: Client, road: Task
    ) -> None:
        clerk.post(f"/items/{road.pk}/report/draft/", form(clerk, road) | {"sentence": "我写的草稿"})
        given(cast, road, opened_round(plan), user=cast.head, sentence="同事先报的。")
        page = clerk.get(f"/items/{road.pk}/report/").content.decode()
        assert "您写草稿以后，有人报过这一项。" in page
        assert "同事先报的。" in page
        assert "我写的草稿" in page

    def test_ticks_and_odd_values_are_kept_as_they_were_typed(self, clerk: Client, firms: Task, cast: Cast) -> None:
        signed_in(clerk, cast.investment_clerk)
        name = f"value-{firms.targets.get().pk}"
        clerk.post(f"/items/{firms.pk}/report/draft/", form(clerk, firms) | {name: "大约五"})
        shown = clerk.get(f"/items/{firms.pk}/report/").context["form"]
        assert [figure["value"] for figure in shown["figures"]] == ["大约五"]


class TestLostSession:
    def test_what_was_sent_without_a_session_comes_back_after_the_sign_in(self, clerk: Client, road: Task) -> None:
        typed = form(clerk, road) | {"sentence": "会话过期时写的"}
        clerk.cookies.pop("sessionid")
        answer = clerk.post(f"/items/{road.pk}/report/", typed)
        assert answer.headers["Location"] == f"/accounts/login/?next=%2Fitems%2F{road.pk}%2Freport%2F"
        back = clerk.post(answer.headers["Location"], {"username": "clerk", "password": PASSWORD}, follow=True)
        assert back.request["PATH_INFO"] == f"/items/{road.pk}/report/"
        assert back.context["form"]["sentence"] == "会话过期时写的"
        assert not ProgressReport.objects.exists()

    def test_in_place_the_whole_window_goes_to_the_sign_in_and_back(self, clerk: Client, road: Task) -> None:
        typed = form(clerk, road) | {"sentence": "会话过期时写的"}
        clerk.cookies.pop("sessionid")
        answer = clerk.post(f"/items/{road.pk}/report/", typed, headers=HTMX)
        assert answer.headers["HX-Redirect"].startswith("/accounts/login/?next=")

    def test_a_draft_saved_without_a_session_is_told_so_and_isnt_lost(self, clerk: Client, road: Task) -> None:
        typed = form(clerk, road) | {"sentence": "还在打字"}
        clerk.cookies.pop("sessionid")
        assert clerk.post(f"/items/{road.pk}/report/draft/", typed).status_code == 401
        clerk.post("/accounts/login/", {"username": "clerk", "password": PASSWORD})
        assert clerk.get(f"/items/{road.pk}/report/").context["form"]["sentence"] == "还在打字"

    def test_whoever_signs_in_instead_gets_nothing_of_it(self, clerk: Client, road: Task) -> None:
        typed = form(clerk, road) | {"sentence": "会话过期时写的"}
        clerk.cookies.pop("sessionid")
        clerk.post(f"/items/{road.pk}/report/", typed)
        clerk.post("/accounts/login/", {"username": "head", "password": PASSWORD})
        assert clerk.get(f"/items/{road.pk}/report/").context["form"]["sentence"] == ""

    def test_a_form_made_for_nobody_is_not_kept(self, road: Task) -> None:
        stranger = Client()
        stranger.post(f"/items/{road.pk}/report/", {"sentence": "x", "author": "forged"})
        assert "unsent_report" not in stranger.session
        assert SESSION_KEY not in stranger.session


class TestReturned:
    def test_it_is_corrected_from_what_it_said(self, cast: Cast, plan: Plan, clerk: Client, firms: Task) -> None:
        target = firms.targets.get()
        values = {target.pk: Decimal(3)}
        made = report(cast, plan, "2", sentence="已签约三家。", problems="缺地", values=values)
        return_report(report=made, reason="请写明企业", by=cast.actor(), now=at(TODAY))
        page = signed_in(clerk, cast.investment_clerk).get(f"/items/{firms.pk}/report/")
        form = page.context["form"]
        assert (form["sentence"], form["problem"]) == ("已签约三家。", "缺地")
        assert [figure["value"] for figure in form["figures"]] == ["3"]
        assert "退回的这一次" in page.content.decode()


class TestContradictions:
    def test_a_figure_that_falls_is_asked_about_and_taken_when_confirmed(
        self, cast: Cast, plan: Plan, clerk: Client, firms: Task
    ) -> None:
        target = firms.targets.get()
        in_may(cast, plan, "2", sentence="已签约四家。", values={target.pk: Decimal(4)})
        signed_in(clerk, cast.investment_clerk)
        said = form(clerk, firms) | {"sentence": "核减一家", f"value-{target.pk}": "3"}
        answer = clerk.post(f"/items/{firms.pk}/report/", said)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "比上次审核通过的 4 家 倒退了" in page
        assert "确实如此，仍要提交" in page
        assert ProgressReport.objects.count() == 1
        (key,) = answer.context["form"]["asked"]
        assert clerk.post(f"/items/{firms.pk}/report/", said | {"asked": key, "sure": "1"}).status_code == 302
        made = ProgressReport.objects.latest("pk")
        entry = HistoryEntry.objects.get(object_type="report", object_id=made.pk, action="report.submitted")
        assert entry.after["confirmed"] == [key]
        words = "填报人确认：数值比上次少（4→3）"
        history = clerk.get(f"/items/{firms.pk}/history/")
        assert words in history.content.decode()
        changes = [(change.old, change.new) for event in history.context["history"].events for change in event.changes]
        assert ("4", "3") in changes
        assert words in signed_in(Client(), cast.office).get("/reviews/").content.decode()

    def test_a_confirmation_is_of_what_was_asked_and_of_nothing_else(
        self, cast: Cast, clerk: Client, firms: Task
    ) -> None:
        signed_in(clerk, cast.investment_clerk)
        name = f"value-{firms.targets.get().pk}"
        said = form(clerk, firms) | {"sentence": "超额", name: "70"}
        (key,) = clerk.post(f"/items/{firms.pk}/report/", said).context["form"]["asked"]
        answer = clerk.post(f"/items/{firms.pk}/report/", said | {name: "700", "asked": key, "sure": "1"})
        assert answer.status_code == 422
        assert not ProgressReport.objects.exists()

    def test_a_step_done_on_a_day_to_come_is_asked_about_at_its_field(self, clerk: Client, road: Task) -> None:
        step = road.milestones.get(text="报批")
        said = form(clerk, road) | {"sentence": "已报批", f"mark-{step.pk}": "2026-06-25"}
        answer = clerk.post(f"/items/{road.pk}/report/", said, headers=HTMX)
        assert answer.status_code == 422
        asks = {one["name"]: list(one["asks"]) for one in answer.context["form"]["steps"]}
        assert "这一天还没到" in asks[f"mark-{step.pk}"][0]

    def test_done_with_open_steps_is_asked_about(self, clerk: Client, road: Task) -> None:
        answer = clerk.post(f"/items/{road.pk}/report/", form(clerk, road) | {"sentence": "完工", "state": "done"})
        assert answer.status_code == 422
        assert "还有 3 个节点没有完成日期" in answer.content.decode()

    def test_no_change_contradicts_nothing(self, clerk: Client, road: Task) -> None:
        said = form(clerk, road) | {"no_change": "1", "reason": "等批复", "state": "done"}
        assert clerk.post(f"/items/{road.pk}/report/", said).status_code == 302


class TestFiles:
    def test_files_come_with_the_report_and_whoever_sees_it_finds_them(
        self, cast: Cast, clerk: Client, road: Task
    ) -> None:
        said = form(clerk, road) | {"sentence": "已选址", "evidence": [upload("a.pdf", PDF), upload("b.pdf", PDF)]}
        clerk.post(f"/items/{road.pk}/report/", said)
        made = ProgressReport.objects.get()
        lines = evidence_of(cast.reach(cast.office), [road], today=TODAY)
        assert {line.row.name for line in lines if line.row.report_id == made.pk} == {"a.pdf", "b.pdf"}

    def test_a_refused_file_keeps_the_text_and_the_other_files(self, clerk: Client, road: Task) -> None:
        files = [upload("a.pdf", PDF), upload("发票.pdf", PROGRAM)]
        said = form(clerk, road) | {"sentence": "已选址", "problem": "缺地", "evidence": files}
        answer = clerk.post(f"/items/{road.pk}/report/", said)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "“发票.pdf”没有收下" in page
        assert "已选址" in page
        assert "缺地" in page
        assert not ProgressReport.objects.exists()
        kept = EvidenceFile.objects.get()
        assert [(one["id"], one["picked"]) for one in answer.context["form"]["kept"]] == [(kept.pk, True)]
        clerk.post(f"/items/{road.pk}/report/", said | {"evidence": [], "kept": [kept.pk]})
        kept.refresh_from_db()
        assert kept.report == ProgressReport.objects.get()

    def test_where_there_is_no_room_the_report_is_taken_without_them(
        self, clerk: Client, road: Task, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(evidence, "UNIT_BYTES", 10)
        said = form(clerk, road) | {"sentence": "已选址", "evidence": [upload("a.pdf", PDF)]}
        answer = clerk.post(f"/items/{road.pk}/report/", said, follow=True)
        assert "本单位的材料已满" in answer.content.decode()
        assert ProgressReport.objects.get().sentence == "已选址"

    def test_the_same_form_sent_twice_has_one_report_and_its_files_once(self, clerk: Client, road: Task) -> None:
        said = form(clerk, road) | {"sentence": "已选址"}
        for _ in range(2):
            clerk.post(f"/items/{road.pk}/report/", said | {"evidence": [upload("a.pdf", PDF)]})
        assert (ProgressReport.objects.count(), EvidenceFile.objects.count()) == (1, 1)
