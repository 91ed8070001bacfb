"""Whether a task that sends is held up by a peer that does not read."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from labkit.words import say

if TYPE_CHECKING:
    from labkit.background.tasks import Task
    from labkit.sockets.hostsocket import HostSocket


def held_up(task: Task, sock: HostSocket, seconds: float = 20, *, probes: int = 1) -> bool:
    """Whether a task that sends on this socket is held up by its peer's window; False when it ends.

    Held up is who has probed a closed window, so many times.  Raises what the task raised, and TimeoutError when
    neither comes in so many seconds.
    """
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if task.come(lambda: task.done, 0.01):
            task.result()
            return False
        info = sock.info()
        if info.snd_wnd == 0 and info.backoff >= probes:
            return True
    raise TimeoutError(say("{task!r} neither ended nor met a closed window in {n:g} s", task=task, n=seconds))
