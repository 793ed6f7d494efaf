"""Where a table goes is chosen beforehand where there is one obvious choice."""

import pytest
from django.test import Client

from accounts.clock import business_today
from projects.planning import create_plan
from tests.cast import TODAY, Cast, at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("years", "chosen"), [([0], True), ([0, -1, 1], True), ([0, 0], False), ([1], False)])
def test_the_years_only_table_is_chosen_beforehand(cast: Cast, client: Client, years: list[int], chosen: bool) -> None:
    year = business_today().year
    made = [
        create_plan(organization=cast.organization, year=year + later, title="一份", by=cast.actor(), now=at(TODAY))
        for later in years
    ]
    client.force_login(cast.office)
    form = client.get("/imports/").context["form"]
    assert form["plan"].initial == (made[0].pk if chosen else None)
