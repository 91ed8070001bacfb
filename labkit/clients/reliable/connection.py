"""One connection: lines out, lines in, and a heartbeat for as long as nothing comes."""

from __future__ import annotations

import asyncio
from collections import Counter

from labkit.framing import Lines

PIECE = 4096  # bytes that are read at once
LINE = Lines(encoding="utf-8")


class Connection:
    """A connection that is never silent for long: `say(line)`, and `await hear()` for the lines that come.

    beat_s: seconds of silence, after each of which the server is asked for a sign of life.
    misses: so many times it may leave that unanswered.
    counts: pings, of those that were sent.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        beat_s: float,
        misses: int,
        counts: Counter[str],
    ) -> None:
        self.beat_s, self.misses, self.counts = beat_s, misses, counts
        self._reader, self._writer = reader, writer
        self._decoder = Lines(encoding="utf-8", max_size=PIECE)

    def say(self, line: str) -> None:
        """Send a line.  That it was sent means nothing: what has no answer is said again elsewhere."""
        self._writer.write(LINE.encode(line))

    async def hear(self) -> list[str]:
        """The next lines, without PONG.  Raises OSError or FramingError at the connection's end, whatever that was."""
        silent = 0
        while True:
            try:
                async with asyncio.timeout(self.beat_s) as beat:
                    data = await self._reader.read(PIECE)
            except TimeoutError:
                if not beat.expired():
                    raise  # the kernel's own: ETIMEDOUT
                silent += 1
                if silent > self.misses:
                    raise ConnectionError(f"not a word for {silent * self.beat_s:g} s") from None
                self.counts["pings"] += 1
                self.say("PING")
                continue
            if not data:
                self._decoder.eof()  # half a line is no answer
                raise ConnectionError("the server has ended the connection")
            silent = 0
            if lines := self._decoder.feed(data):
                return [line for line in lines if line != "PONG"]

    def close(self) -> None:
        """Forget it at once: what is still unsent has no answer, so it is said again."""
        self._writer.transport.abort()
