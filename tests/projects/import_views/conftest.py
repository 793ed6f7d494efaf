"""The office's browser, and tables pasted into it."""

import pytest
from django.test import Client

from projects.models import ImportBatch
from tests.cast import Cast
from tests.projects.import_views.pages import Office


@pytest.fixture
def office(cast: Cast, client: Client) -> Office:
    client.force_login(cast.office)
    return Office(client, cast)


@pytest.fixture
def doubtful(office: Office) -> ImportBatch:
    """Paste three rows with two questions: a day that doesn't exist, and a unit nobody knows."""
    return office.paste(
        "1\t街区改造方案报批\t9月31日前\t规划建设科",
        "2\t建设28座公交站\t6月底前\t东湖街道",
        "3\t安全宣传\t年底前\t经济发展科",
    )
