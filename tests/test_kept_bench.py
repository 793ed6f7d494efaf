"""A large database that was built once is taken again when only newer migrations lead from it to what is wanted."""

from benchmarks.kept import Made, made

WAS = Made("builders", {"projects/0001_initial": "a", "tracker/0001_initial": "b"})


def test_newer_migrations_alone_bring_a_database_up() -> None:
    assert WAS.grows_into(Made("builders", {**WAS.migrations, "tracker/0002_lights": "c"}))
    assert WAS.grows_into(WAS)


def test_what_was_filled_in_another_way_is_built_anew() -> None:
    assert not WAS.grows_into(Made("others", {**WAS.migrations, "tracker/0002_lights": "c"}))


def test_a_migration_that_was_changed_or_taken_away_can_not_be_undone() -> None:
    assert not WAS.grows_into(Made("builders", {**WAS.migrations, "tracker/0001_initial": "other words"}))
    assert not WAS.grows_into(Made("builders", {"projects/0001_initial": "a", "tracker/0002_lights": "c"}))


def test_what_a_database_came_from_is_written_down_and_read_again() -> None:
    now = made()
    assert Made.read(now.written()) == now
    assert Made.read(None) is None
    assert {"accounts/0001_initial", "projects/0001_initial", "tracker/0001_initial"} <= now.migrations.keys()
