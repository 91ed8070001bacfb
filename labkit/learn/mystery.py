"""`mystery(seed)`, as learners open it: a verdict names the lesson that teaches its kind by its title."""

from __future__ import annotations

from labkit.learn.catalogue import title
from labkit.mysteries.opening import Mystery


def mystery(seed: int, level: int = 1) -> Mystery:
    """A network in which something hidden is wrong: find what, and where.  See `Mystery`.

    seed    a whole number; the same is the same mystery on every machine, and the next is another kind
    level   1: it is at a service, 2: on the way to it, 3: anywhere, and the complaint says nothing

    Raises TypeError and ValueError for what is neither, NeedsHosts where the machine allows no hosts.
    """
    return Mystery(seed, level, title)
