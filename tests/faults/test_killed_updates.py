"""What a program was told is done stands there once, however often web is killed in between."""

import pytest

from tests.faults.updates import WRONG, prove

UPDATES, CLIENTS = 400, 8

pytestmark = [pytest.mark.faults, pytest.mark.services, pytest.mark.postgres]


def test_no_acknowledged_update_is_missing_or_stands_twice() -> None:
    found = prove(updates=UPDATES, clients=CLIENTS)
    assert {name: getattr(found, name) for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert found.updates == UPDATES
    assert found.kills > 0
