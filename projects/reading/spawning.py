"""The fork server as its owner has it: one a process, started when first wanted and again when it is gone."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parent.parent.parent)
# No secret reaches a process that handles strangers' files.
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH")


class ForkServer:
    """Safe to use from many threads and in a process that forks: a forked process starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.stop)

    def start(self) -> None:
        """Have the server ready or on its way; it loads the reader while the caller goes on."""
        with self._lock:
            self._running()

    def connect(self) -> socket.socket:
        """Return a connection to a new child; raises OSError when none can be started."""
        mine, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                self._hand_over(theirs)
        except OSError:
            mine.close()
            raise
        return mine

    def stop(self) -> None:
        """End the server with every child it has."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The server's process, where one was started."""
        return self._process.pid if self._process else None

    def _hand_over(self, connection: socket.socket) -> None:
        try:
            socket.send_fds(self._running(), [b"+"], [connection.fileno()])
        except ConnectionError:  # it was killed while idle
            self._end()
            socket.send_fds(self._running(), [b"+"], [connection.fileno()])

    def _running(self) -> socket.socket:
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._end()
            self._control = self._begin()
        return self._control

    def _begin(self) -> socket.socket:
        mine, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "projects.reading.forkserver"],
                cwd=_ROOT,
                env={key: os.environ[key] for key in _KEPT if key in os.environ},
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in a terminal is for its owner to act on
            )
        return mine

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None

    def _forget(self) -> None:
        """In a forked process: the server is the parent's, and must not wait for this copy of the line to it."""
        self._lock = threading.Lock()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for
        self._control = self._process = None
