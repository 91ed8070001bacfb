"""The end of what runs on an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


def cancel_all(loop: asyncio.AbstractEventLoop, within: float) -> None:
    """Cancel the tasks of a loop that does not run, and let them end within so many seconds."""
    import asyncio  # 40 ms that others do without

    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left, timeout=within))
