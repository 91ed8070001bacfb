"""What waits to be written to one client, bounded; and the rule for a client that reads too slowly."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable

POLICIES = {
    "wait": "the room waits: nobody is heard until the slow one has read",
    "drop": "the slow one misses the oldest lines, and is told how many",
    "disconnect": "the slow one is put out",
}


def _nothing() -> None:
    pass


class Outbox:
    """The lines for one client, at most *limit* of them: `put` never waits, `take` waits for the next.

    limit: lines; with "wait" it is kept by whoever calls `put`, who looks at `full` before.
    policy: one of POLICIES, what `put` does when it is full.
    counts: of lines: queued = sent + missed + discarded, and those that still wait.
    over: is set when no more can be put.
    taken: called when there may be room again.
    """

    def __init__(
        self,
        limit: int = 100,
        policy: str = "disconnect",
        *,
        counts: Counter[str] | None = None,
        taken: Callable[[], object] = _nothing,
    ) -> None:
        if policy not in POLICIES:
            raise ValueError(f"policy is one of {', '.join(POLICIES)} (got {policy!r})")
        if limit < 1:
            raise ValueError(f"limit is a number of lines, 1 or more (got {limit!r})")
        self.limit, self.policy = limit, policy
        self.counts: Counter[str] = Counter() if counts is None else counts
        self.over = asyncio.Event()
        self._lines: deque[str] = deque()
        self._missed = 0
        self._changed = asyncio.Event()
        self._taken = taken

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_ended(self) -> bool:
        """Can no more be put?"""
        return self.over.is_set()

    @property
    def full(self) -> bool:
        """Is there no room for one more line?"""
        return not self.is_ended and len(self._lines) >= self.limit

    def put(self, line: str) -> None:
        """Take one more line; of one that has ended nobody hears."""
        if self.is_ended:
            return
        if self.full and self.policy == "disconnect":
            self.discard()
            self.end("BYE you do not read what you are sent")
            return
        if self.full and self.policy == "drop":
            self._lines.popleft()  # the oldest: what is new is worth more in a chat
            self._missed += 1
            self.counts["missed"] += 1
        self._add(line)

    def end(self, line: str = "") -> None:
        """This line, if any, is the last.  A second end changes nothing."""
        if self.is_ended:
            return
        if line:
            self._add(line)
        self.over.set()
        self._changed.set()
        self._taken()

    def discard(self) -> None:
        """Forget what waits."""
        self.counts["discarded"] += len(self._lines)
        self._lines.clear()

    async def take(self) -> str | None:
        """The next line, when there is one; None at the end."""
        while not self._lines and not self.is_ended:
            self._changed.clear()
            await self._changed.wait()
        if self._missed:
            missed, self._missed = self._missed, 0
            return f"MISSED {missed}"
        if not self._lines:
            return None
        line = self._lines.popleft()
        self.counts["sent"] += 1
        self._taken()
        return line

    def _add(self, line: str) -> None:
        self._lines.append(line)
        self.counts["queued"] += 1
        self._changed.set()
