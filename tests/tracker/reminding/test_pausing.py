"""Sending stands still while the clock can't be believed, and goes on only by somebody's word."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.clock import database_now
from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.models import Milestone
from tests.cast import Cast
from tests.faults.installation import morning_zone
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send, time_passes
from tracker import epoch_file, jobs, pausing
from tracker.choices import PauseReason
from tracker.models import ClockState, Delivery, Heartbeat, Pause, Reminder
from tracker.pausing import Steadiness, count_up, current_pause, look, release
from tracker.reminding.claiming import claim_one
from tracker.reminding.raising import raise_due

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AFTERWARDS = date(2026, 7, 2)  # at whatever hour the test runs, the step of the 1st has come


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def clock_steps(step: timedelta) -> None:
    """Let the database's clock step: nobody can turn it here, so what it showed before is moved the other way."""
    look()
    ClockState.objects.update(seen_at=ClockState.objects.get().seen_at - step)


class Seconds:
    """A process's own seconds, which a test lets pass."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def reason() -> str | None:
    pause = current_pause()
    return pause.reason if pause else None


def say(cast: Cast, word: str = "时间已校准。") -> Pause:
    pause = current_pause()
    assert pause is not None
    return release(pause=pause, word=word, by=cast.actor())


def test_a_clock_that_runs_on_pauses_nothing() -> None:
    assert not look().paused
    assert not look().paused
    assert reason() is None


def test_a_clock_put_back_pauses_once_whoever_looks() -> None:
    clock_steps(-DAY)
    assert look().paused
    assert look().paused
    assert reason() == PauseReason.BACK
    pause = Pause.objects.get()
    assert timedelta(hours=23) < pause.seen_at - pause.paused_at < timedelta(hours=25)


def test_a_clock_that_leaps_ahead_pauses_in_the_process_that_ran_meanwhile_and_in_all_others() -> None:
    seconds = Seconds()
    living = Steadiness(ticks=seconds)
    look(steadiness=living)
    seconds.passed = -24 * 3600.0  # the clock has gained a day on this process
    assert look(steadiness=living).paused
    assert reason() == PauseReason.AHEAD
    assert look(steadiness=Steadiness()).paused


def test_a_process_that_starts_after_a_day_of_downtime_catches_up() -> None:
    clock_steps(DAY)
    assert not look(steadiness=Steadiness()).paused
    assert abs(ClockState.objects.get().seen_at - database_now()) < timedelta(seconds=30)


def test_the_time_of_a_clock_that_is_not_believed_is_not_remembered() -> None:
    seconds = Seconds()
    living = Steadiness(ticks=seconds)
    look(steadiness=living)
    clock_steps(HOUR)
    before = ClockState.objects.get().seen_at
    seconds.passed = -24 * 3600.0
    look(steadiness=living)
    assert ClockState.objects.get().seen_at == before


def test_after_a_small_step_leases_are_not_told_by_the_clock_until_one_has_passed_by_the_process_itself() -> None:
    seconds, of, began = Seconds(), (UUID(int=1), 0), datetime(2026, 6, 24, 1, tzinfo=UTC)
    living = Steadiness(ticks=seconds)
    living.measure(of, began)
    assert living.lasted(120)
    for passed, lasted in ((30, False), (149, False), (151, True)):
        seconds.passed = passed
        assert living.measure(of, began + timedelta(minutes=10, seconds=passed)) == timedelta(minutes=10)
        assert living.lasted(120) is lasted


def test_a_small_step_lets_a_running_send_alone(report_step: Milestone, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = Seconds()
    monkeypatch.setattr(pausing.PROCESS, "ticks", seconds)
    run(digest(FIVE_BEFORE))
    assert claim_one(worker="first", today=FIVE_BEFORE) is not None
    seconds.passed = -600.0
    time_passes(timedelta(minutes=10))
    assert claim_one(worker="second", today=FIVE_BEFORE) is None


def test_nothing_is_claimed_while_sending_is_paused(cast: Cast, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    clock_steps(-DAY)
    assert claim_one(worker="test", today=FIVE_BEFORE) is None
    assert send(FIVE_BEFORE) == 0
    say(cast)
    assert send(FIVE_BEFORE) == 1
    assert send(FIVE_BEFORE) == 0


def test_nothing_is_raised_or_told_by_the_clock_while_it_is_paused(
    cast: Cast, report_step: Milestone, settings: Settings
) -> None:
    settings.TIME_ZONE = morning_zone(timezone.now())
    settings.BUSINESS_DAY_SHIFT = (AFTERWARDS - timezone.localdate()).days
    clock_steps(-DAY)
    jobs.raise_due()
    jobs.deliver()
    assert not Reminder.objects.exists()
    say(cast)
    jobs.raise_due()
    assert Reminder.objects.exists()
    assert Heartbeat.objects.filter(name__in=["raise_due", "deliver"]).count() == 2


def test_what_was_told_before_is_not_told_again_after_a_pause(cast: Cast, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    told = Delivery.objects.count()
    clock_steps(-DAY)
    look()
    say(cast)
    run(digest(FIVE_BEFORE))
    raise_due(now=digest(FIVE_BEFORE))
    assert send(FIVE_BEFORE) == 0
    assert Delivery.objects.count() == told


def test_by_hand_nothing_is_sent_either(report_step: Milestone) -> None:
    clock_steps(-DAY)
    with pytest.raises(CommandError, match="发送已暂停"):
        call_command("remind", "--on", FIVE_BEFORE.isoformat())
    call_command("remind", "--on", FIVE_BEFORE.isoformat(), "--dry-run")
    assert not Reminder.objects.exists()


def test_it_goes_on_by_a_word_that_is_kept_in_the_history(cast: Cast) -> None:
    clock_steps(-DAY)
    look()
    done = say(cast, "已与授时服务器对时。")
    assert not look().paused
    assert (done.released_name, done.word) == (str(cast.office), "已与授时服务器对时。")
    entry = HistoryEntry.objects.get(action="pause.released")
    assert (entry.reason, entry.user, entry.before["reason"]) == ("已与授时服务器对时。", cast.office, "back")
    with pytest.raises(Conflict):
        release(pause=done, word="再说一次。", by=cast.actor())


def test_after_the_word_every_process_measures_anew(cast: Cast) -> None:
    seconds = Seconds()
    living, other = Steadiness(ticks=seconds), Steadiness(ticks=seconds)
    look(steadiness=living)
    look(steadiness=other)
    seconds.passed = -24 * 3600.0
    assert look(steadiness=living).paused
    say(cast, "时间本来就慢了一天，现在是对的。")
    assert not look(steadiness=living).paused
    assert not look(steadiness=other).paused


def test_the_alarm_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    clock_steps(-DAY)
    look()
    look()
    assert [record.levelname for record in caplog.records if "paused" in record.message] == ["ERROR"]


def test_a_database_older_than_the_file_beside_the_uploads_starts_paused(cast: Cast) -> None:
    count_up()
    backup = ClockState.objects.values("counter", "seen_at").get()
    count_up()
    assert not look().paused
    ClockState.objects.update(**backup)
    assert look().paused
    assert reason() == PauseReason.RESTORED
    count_up()
    assert look().paused
    say(cast, "已核对。")
    assert not look().paused
    count_up()
    assert not look().paused


def test_a_backup_restored_twice_is_found_twice(cast: Cast) -> None:
    count_up()
    backup = ClockState.objects.values("counter", "epoch").get()
    count_up()
    for _ in range(2):
        ClockState.objects.update(**backup, pause=None)
        assert look().paused
        say(cast, "已核对。")
        count_up()
        assert not look().paused
    assert Pause.objects.count() == 2


def test_another_database_beside_the_same_uploads_is_none_of_its_business() -> None:
    epoch_file.write(uuid4(), 1_000_000)
    count_up()
    assert not look().paused


def test_the_file_never_says_less_and_an_unreadable_one_is_written_anew(media: Path) -> None:
    here = uuid4()
    epoch_file.write(here, 5)
    epoch_file.write(here, 4)
    assert epoch_file.read() == {str(here): 5}
    (media / ".epoch").write_text("{")
    assert epoch_file.read() == {}
    epoch_file.write(here, 6)
    assert epoch_file.read() == {str(here): 6}
    assert [path.name for path in media.iterdir()] == [".epoch"]
