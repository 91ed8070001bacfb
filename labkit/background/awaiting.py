"""What runs beside the notebook and has an end: a coroutine of the notebook awaits it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import Any

from labkit.background.beside import Beside, Place
from labkit.words import say


class Awaitable(Beside):
    """A `Beside` with a result: `await it`, on asyncio's loop.

    Whoever awaits it may be cancelled: it goes on, and can be awaited again.
    """

    def __init__(self, host: Place, name: str, title: str) -> None:
        super().__init__(host, name, title)
        self._wakers: list[Callable[[], object]] = []

    @property
    def done(self) -> bool:
        """Has it ended, one way or another?"""
        raise NotImplementedError

    def result(self, timeout: float = 10.0) -> Any:
        """What came of it."""
        raise NotImplementedError

    def over(self) -> None:
        """It is done: wake all who wait for it; call it with `changed` held."""
        self.changed.notify_all()
        for wake in self._wakers:
            wake()

    def __await__(self) -> Generator[Any, None, Any]:
        return self._awaited().__await__()

    async def _awaited(self) -> Any:
        await self.until_done()
        return self.result(0)

    async def until_done(self) -> None:
        """Wait on the loop of asyncio that runs here; raises nothing of what came of it."""
        import asyncio

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError(
                say(
                    "await {title} waits on a loop of asyncio, and none runs here: write result()",
                    title=self.title,
                )
            ) from None
        if self.come(lambda: self.done, 0):
            return
        come = asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed, and nobody waits there any more
                loop.call_soon_threadsafe(come.set)

        with self.changed:
            self._wakers.append(wake)
            if self.done:
                come.set()
        try:
            await come.wait()
        finally:
            with self.changed:
                self._wakers.remove(wake)
