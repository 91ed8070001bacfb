"""The learner's five parts, put together to a server; and which of them are open still."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from labkit.learn.checking.check import started
from labkit.lessons.capstone.resp import Commands
from labkit.running.tracebacks import named
from labkit.words import say

PORT = 6379
NOTHING = "nothing yet: write {stages} first, then run this cell again"


class Parts(NamedTuple):
    """What the learner has built: stages 1 to 5.  Until stage 5 is written, stage 1 reads what strangers send."""

    take: Callable[..., Any]
    execute: Callable[..., Any]
    session: Callable[..., Any]
    serve: Callable[..., Any]
    bounded: Callable[..., Any]

    @property
    def is_bounded(self) -> bool:
        """Is stage 5 written?"""
        return started(self.bounded)

    @property
    def missing(self) -> str:
        """Why they cannot be put together, in words; "" if they can."""
        receive = getattr(self.session, "receive", None)
        parts = {"2": self.execute, "3": receive, "4": self.serve}
        if not self.is_bounded:
            parts = {"1": self.take, **parts}
        stages = [number for number, part in parts.items() if not started(part)]
        if not stages:
            return ""
        which = say("stage {n}", n=stages[0]) if len(stages) == 1 else say("stages {n}", n=", ".join(stages))
        return say(NOTHING, stages=which)

    def handler(self, store: dict[bytes, bytes], faults: list[str]) -> Callable[..., Any]:
        """For `host.start`: serves each connection by a session of its own, and keeps what goes wrong in `faults`."""

        take = self.bounded if self.is_bounded else self.take

        async def handle(reader: Any, writer: Any) -> None:
            try:
                await self.serve(reader, writer, self.session(self.execute, store, Commands(take)))
            except (
                Exception
            ) as error:  # a learner's server may raise anything: told beside what its client saw
                faults.append(named(error))
            finally:
                writer.close()

        return handle


@contextlib.contextmanager
def serving(host: Any, parts: Parts) -> Iterator[list[str]]:
    """The learner's server on a host, port 6379, while the block lasts; gives the list of what it raises."""
    faults: list[str] = []
    service = host.start(parts.handler({}, faults), port=PORT, replace=True)
    try:
        yield faults
    finally:
        service.stop()
