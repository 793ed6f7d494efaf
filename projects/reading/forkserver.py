"""A process that has loaded the reader and forks one limited child for every file; it goes when its owner goes."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass
from typing import NoReturn

from projects.reading.forking import fork_tied
from projects.reading.worker import work


@dataclass(slots=True)
class _Child:
    """A running child; `connection` ends when its caller goes away, `alive` when the child does."""

    pid: int
    connection: socket.socket
    alive: int


def main() -> int:
    """Serve the owner at the other end of standard input until it is closed."""
    control = socket.socket(fileno=os.dup(0))
    # What hindered its start was said to the owner's error output; what a file makes the parsers say is nobody's concern.
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    # An owner that ignores the end of children hands that down, and then none could be waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    gc.freeze()
    _Server(control).run()
    return 0


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: list[_Child] = []

    def run(self) -> None:
        """Wait for orders, for callers that hang up and for children that end, until the owner is gone."""
        while True:
            poll = select.poll()
            poll.register(self._control, select.POLLIN)
            for child in self._children:
                poll.register(child.connection, select.POLLHUP)
                poll.register(child.alive, select.POLLIN)
            ready = {descriptor for descriptor, _ in poll.poll()}
            for child in [child for child in self._children if {child.connection.fileno(), child.alive} & ready]:
                self._end(child)
            if self._control.fileno() in ready and not self._accept():
                break
        for child in list(self._children):
            self._end(child)

    def _accept(self) -> bool:
        """Start a child for the connection that was handed over; False when the owner has closed its end."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        except ConnectionError:
            return False
        for descriptor in descriptors:
            with socket.socket(fileno=descriptor) as connection:
                self._fork(connection)
        return bool(message)

    def _fork(self, connection: socket.socket) -> None:
        pipe: tuple[int, ...] = ()
        try:
            pipe = reading, writing = os.pipe()
            pid = fork_tied()
        except OSError:  # no memory, process or descriptor left: the caller sees its connection end and says so
            for descriptor in pipe:
                os.close(descriptor)
            return
        if pid == 0:
            os.close(reading)
            self._become_child(connection)
        os.close(writing)
        self._children.append(_Child(pid, connection.dup(), reading))

    def _become_child(self, connection: socket.socket) -> NoReturn:
        """Read the one file; whatever happens, never return into the server's loop."""
        status = 1
        try:
            self._control.close()
            for child in self._children:
                child.connection.close()
                os.close(child.alive)
            work(connection)
            status = 0
        finally:
            os._exit(status)

    def _end(self, child: _Child) -> None:
        os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
        child.connection.close()
        os.close(child.alive)
        self._children.remove(child)


if __name__ == "__main__":
    sys.exit(main())
