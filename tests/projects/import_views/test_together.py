"""Like questions are settled at once, with the list before the eyes."""

import pytest

from accounts.models import Department
from projects.models import ImportBatch
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def strangers(office: Office) -> ImportBatch:
    return office.paste(
        "1\t改造农贸市场\t6月底前\t东湖街道",
        "2\t新建公园\t年底前\t南山镇",
        "3\t建成充电桩\t9月31日前\t规划建设办",
        "4\t修路\t11月31日前\t东湖街道",
    )


def names(office: Office, batch: ImportBatch) -> dict[str, str]:
    """Return what the list proposes for each name."""
    lines = office.client.get(f"/imports/{batch.pk}/together/names/").context["lines"]
    return {
        line["text"]: next((option["value"] for option in line["options"] if option["chosen"]), "") for line in lines
    }


def test_the_page_tells_which_questions_go_together(office: Office, strangers: ImportBatch) -> None:
    assert {group.key: group.undecided for group in office.page(strangers).groups} == {
        "names": 3,
        "impossible_day.deadline": 2,
    }


def test_who_is_like_nobody_is_proposed_to_be_made_and_who_is_like_someone_is_asked(
    office: Office, strangers: ImportBatch
) -> None:
    proposed = names(office, strangers)
    assert (proposed["东湖街道"], proposed["南山镇"]) == ("new:department", "new:department")
    assert proposed["规划建设办"] == ""


def test_names_are_decided_together_and_made_only_when_the_table_is_written(
    office: Office, strangers: ImportBatch
) -> None:
    sent: dict[str, object] = {"name:department:东湖街道": "new:department", "name:department:南山镇": "keep"}
    assert office.post(strangers, "together/names", sent).status_code == 302
    assert [group.key for group in office.page(strangers).groups] == ["impossible_day.deadline"]
    assert not Department.objects.filter(name="东湖街道").exists()
    office.apply(strangers)
    assert Department.objects.filter(name="东湖街道").count() == 1
    assert not Department.objects.filter(name="南山镇").exists()


def test_one_answer_settles_those_that_are_ticked(office: Office, strangers: ImportBatch) -> None:
    first, second = (asked for asked in office.page(strangers).questions if asked.field == "deadline")
    office.post(strangers, "together/impossible_day.deadline", {"choice": "as_read", "take": [first.name]})
    decided = {asked.name: asked.decided for asked in office.page(strangers).questions}
    assert (decided[first.name], decided[second.name]) == (True, False)


@pytest.mark.parametrize("sent", [{}, {"choice": "as_read"}, {"choice": "2026-09-30", "take": ["x"]}])
def test_nothing_ticked_or_an_answer_not_all_admit_is_asked_again(
    sent: dict[str, object], office: Office, strangers: ImportBatch
) -> None:
    answer = office.post(strangers, "together/impossible_day.deadline", sent)
    assert answer.status_code == 422
    assert office.page(strangers).decided == 0


@pytest.mark.parametrize("kind", ["nothing.of-the-kind", "date_changed.deadline"])
def test_a_kind_nobody_asks_about_leads_back_to_the_check(kind: str, office: Office, strangers: ImportBatch) -> None:
    answer = office.client.get(f"/imports/{strangers.pk}/together/{kind}/")
    assert answer.headers["Location"] == f"/imports/{strangers.pk}/"
