"""The last word to a client: with no RST behind it, and at no great cost."""

from __future__ import annotations

import asyncio

PIECE = 4096
PATIENCE_S = 2.0  # so long a client may take to hang up, after the last word


class Farewells:
    """`await farewells.say(reader, writer, words)`; at most *most* at the same time, and none for whoever is too many.

    Who comes to a full server must not cost it more than who is served.
    """

    def __init__(self, most: int) -> None:
        self.most, self.active = most, 0

    async def say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes) -> None:
        """Write this, and the end; then read until the client has hung up: a close with bytes unread sends a RST."""
        if self.active >= self.most:
            return
        self.active += 1
        try:
            writer.write(words)
            writer.write_eof()
            async with asyncio.timeout(PATIENCE_S):
                while await reader.read(PIECE):
                    pass
        except OSError:  # it is gone; or, a TimeoutError, it had its time
            pass
        finally:
            self.active -= 1
