"""A mail relay of a fixed slowness: `python -m benchmarks.relay PORT MILLISECONDS` takes every message and keeps none."""

import asyncio
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session


class Relay:
    def __init__(self, milliseconds: float) -> None:
        self.seconds = milliseconds / 1000

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - the library's names
        """Answer after the time a relay takes to keep the message on its disk."""
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "250 2.0.0 kept"


async def listen(port: int, milliseconds: float) -> None:
    relay = Relay(milliseconds)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(relay), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), float(sys.argv[2])))
