"""Forking a process that ends when its parent does."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
# Only Linux ends a process with its killed parent; elsewhere the limits of its own do.
_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None


def fork_tied() -> int:
    """Fork as `os.fork` does; the child is killed when the parent ends."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0 and _LIBRARY is not None:
        _LIBRARY.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before it was tied
            os._exit(1)
    return pid
