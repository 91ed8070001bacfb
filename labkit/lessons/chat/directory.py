"""A directory that is asked about names, and answers when it is worst: all at the same time."""

from __future__ import annotations

import asyncio

PATIENCE_S = 1.0


class Directory:
    """`await directory.ask(name)` returns when so many have asked *together*; after a second in any case."""

    def __init__(self, together: int = 1) -> None:
        self.together = together
        self._asked = 0
        self._answer = asyncio.Event()

    async def ask(self, name: str) -> None:
        """Wait for the answer, which is yes."""
        self._asked += 1
        if self._asked >= self.together:
            self._answer.set()
        try:
            await asyncio.wait_for(self._answer.wait(), PATIENCE_S)
        except TimeoutError:
            pass  # nobody else asks
