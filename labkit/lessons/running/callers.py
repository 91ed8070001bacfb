"""Callers who call all the time, each with a new connection for each question, and what became of their calls."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from labkit.lessons.running.serving import PORT
from labkit.words import say

PATIENCE_S = 15.0
QUESTION, ANSWER = b"WAIT 5\n", b"OK waited 5 ms\n"


class Callers:
    """They call from the moment they are made until `hang_up()`.

    came   how many calls ended how: "answered", or the name of the error, or what came instead of the answer
    """

    def __init__(self, host: Any, many: int = 20) -> None:
        self.came: Counter[str] = Counter()
        self._over = False
        self._host = host
        self._task = host.background(self._call, many)

    @property
    def failed(self) -> int:
        """How many calls were not answered."""
        return sum(self.came.values()) - self.came["answered"]

    def wait_for(self, answered: int = 0, failed: int = 0) -> None:
        """Wait for so many more calls that are answered, or fail."""
        wanted = self.came["answered"] + answered, self.failed + failed

        def come() -> bool:
            return self._task.done or (self.came["answered"] >= wanted[0] and self.failed >= wanted[1])

        if not self._task.come(come, PATIENCE_S):
            raise TimeoutError(
                say("after {n:g} s these calls had come: {came!r}", n=PATIENCE_S, came=dict(self.came))
            )
        if self._task.done:
            self._task.result()

    def hang_up(self) -> Counter[str]:
        """Let each finish its call, and give what came of all."""
        self._over = True
        self._task.result(PATIENCE_S)
        return self.came

    async def _call(self, many: int) -> None:
        await asyncio.gather(*(self._calls() for _ in range(many)))

    async def _calls(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._over:
            sock = self._host.socket()
            try:
                sock.setblocking(False)
                await loop.sock_connect(sock, ("server", PORT))
                await loop.sock_sendall(sock, QUESTION)
                came = b""
                while b"\n" not in came and (data := await loop.sock_recv(sock, 100)):
                    came += data  # the answer, and perhaps a BYE behind it: a stream has no messages
                self.came["answered" if came.startswith(ANSWER) else repr(came)] += 1
            except OSError as error:
                self.came[type(error).__name__] += 1
                await asyncio.sleep(0.005)
            finally:
                sock.close()
