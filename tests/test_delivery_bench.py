"""`./run bench delivery` sends every message of ours and of the floor, and says the share in its last line."""

import orjson
import pytest

from benchmarks import delivery
from tests.services import ServiceMissingError, postgres_program


def test_a_small_run_says_in_its_last_line_what_share_of_the_floor_is_reached(
    capfd: pytest.CaptureFixture[str],
) -> None:
    try:
        postgres_program("postgres")
    except ServiceMissingError as missing:
        pytest.skip(str(missing))
    delivery.main(["--size", "20", "--times", "1", "--latency", "5"])
    found = orjson.loads(capfd.readouterr().out.splitlines()[-1])
    assert found["share_of_floor"] > 0
    assert found["connections"] == 2
