"""Like questions are settled at once, with the list before the eyes."""

from typing import Any

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
    return {
        line["text"]: next((option["value"] for option in line["options"] if option["chosen"]), "")
        for line in lines(office, batch)
    }


def lines(office: Office, batch: ImportBatch) -> list[dict[str, Any]]:
    context = office.client.get(f"/imports/{batch.pk}/together/names/").context
    return [*context["alike"], *context["lines"]]


def test_the_page_tells_which_questions_go_together(office: Office, strangers: ImportBatch) -> None:
    assert {group.key: group.undecided for group in office.page(strangers).groups} == {
        "names": 3,
        "impossible_day.deadline": 2,
    }


def test_nobody_is_made_unsaid_and_a_collective_is_kept_as_written(office: Office) -> None:
    batch = office.paste(
        "1\t改造农贸市场\t6月底前\t东湖街道",
        "2\t新建公园\t年底前\t各街道",
        "3\t建成充电桩\t年底前\t规划建设办",
        "4\t修建栈道\t年底前\t各有关部门",
    )
    assert names(office, batch) == {"东湖街道": "", "规划建设办": "", "各街道": "keep", "各有关部门": "keep"}


def test_what_is_like_someone_stands_apart_with_whom_it_is_like(office: Office) -> None:
    batch = office.paste("1\t改造农贸市场\t6月底前\t东湖街道", "2\t建成充电桩\t年底前\t规划建设办")
    (line,) = office.client.get(f"/imports/{batch.pk}/together/names/").context["alike"]
    assert line["text"] == "规划建设办"
    assert [option["label"] for option in line["options"]] == ["规划建设科", "新建单位", "照录，不分派"]


def test_once_it_is_said_what_becomes_of_the_rest_one_that_is_like_another_is_not_left_open(office: Office) -> None:
    batch = office.paste(
        "1\t改造农贸市场\t6月底前\t东湖街道",
        "2\t新建公园\t年底前\t各街道",
        "3\t建成充电桩\t年底前\t规划建设办",
    )
    for rest in ("new", "keep"):
        refused = office.post(batch, "together/names", {"rest": rest})
        assert refused.status_code == 422
        assert {line["text"]: line["wrong"] for line in refused.context["alike"]} == {
            "规划建设办": "请选定“规划建设办”指谁。"
        }
    assert ImportBatch.objects.get(pk=batch.pk).decisions == {}
    like = "name:department:规划建设办"
    office.post(batch, "together/names", {"rest": "new", like: "new:department"})
    assert ImportBatch.objects.get(pk=batch.pk).decisions == {
        "name:department:东湖街道": "new:department",
        like: "new:department",
    }


def test_a_name_of_the_list_may_mean_another_of_it_and_no_unit_is_made_twice(office: Office) -> None:
    batch = office.paste("1\t改造农贸市场\t6月底前\t东湖街道", "2\t新建公园\t年底前\t湖滨办")
    sent: dict[str, object] = {"rest": "new", "who:name:department:湖滨办": "东湖街道"}
    office.post(batch, "together/names", sent)
    plan = office.apply(batch)
    assert {one.department.name for task in plan.tasks.all() for one in task.involvements.all() if one.department} == {
        "东湖街道"
    }
    assert not Department.objects.filter(name="湖滨办").exists()


def test_a_typed_name_that_means_nobody_is_told_in_its_row_with_what_was_typed(office: Office) -> None:
    batch = office.paste("1\t改造农贸市场\t6月底前\t东湖街道", "2\t新建公园\t年底前\t南山镇")
    answer = office.post(batch, "together/names", {"who:name:department:南山镇": "没有这个镇"})
    told = {line["text"]: (line["who"], line["wrong"]) for line in answer.context["lines"]}
    assert told["东湖街道"] == ("", "")
    assert told["南山镇"][0] == "没有这个镇"
    assert "名录里没有“没有这个镇”" in told["南山镇"][1]
    assert answer.content.decode().count('class="field-error" role="alert"') == 1


def test_a_name_of_the_list_may_be_anyones_in_the_directory(office: Office, strangers: ImportBatch) -> None:
    key = "name:department:东湖街道"
    refused = office.post(strangers, "together/names", {f"who:{key}": "没有这个单位"})
    assert refused.status_code == 422
    office.post(strangers, "together/names", {f"who:{key}": office.cast.economy.name})
    assert ImportBatch.objects.get(pk=strangers.pk).decisions == {key: f"department:{office.cast.economy.pk}"}


def test_each_deadline_of_a_list_shows_its_words_and_item_and_takes_its_own_day(office: Office) -> None:
    batch = office.paste("1\t管网改造\t供暖季前\t规划建设科", "2\t扩建学校\t秋季开学前\t经济发展科")
    (kind,) = {asked.alike for asked in office.page(batch).questions}
    answer = office.client.get(f"/imports/{batch.pk}/together/{kind}/")
    first, second = answer.context["lines"]
    assert (first["item"], first["words"]) == ("管网改造", "供暖季前")
    assert f'type="date" name="{first["day_name"]}"' in answer.content.decode()
    office.post(batch, f"together/{kind}", {first["day_name"]: "2026-11-14", second["day_name"]: "2026-08-31"})
    assert office.page(batch).undecided == 0
    assert "11月14日" in office.page(batch).rows[0].lines[0].text


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
