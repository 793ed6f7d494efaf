"""Named places at which a fault test kills this very process, as power loss would."""

import os
import signal

CRASH_POINTS = (
    "raise_before_commit",
    "raise_after_commit",
    "expand_before_commit",
    "expand_after_commit",
    "claim_before_commit",
    "claim_after_commit",
    "send_before_mark",
    "mark_before_commit",
    "mark_after_commit",
)


def crashpoint(name: str) -> None:
    """Die by SIGKILL when DUBAN_CRASH_AT names this point; else do nothing."""
    if name not in CRASH_POINTS:
        raise ValueError(name)
    if os.environ.get("DUBAN_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
