"""What a decoder costs that never finds an end: measured, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import thread_time
from typing import TYPE_CHECKING, Any

from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRIES = 6


def costs_ms(make: Callable[[], Any], sizes: Sequence[int], piece: bytes = b"ten bytes.") -> list[float]:
    """The least processor time, in milliseconds, that a new decoder takes for each size, in such pieces.

    make   what makes the decoder, which has feed(data); sizes   in bytes; piece   what it is fed each time

    The sizes take turns: what else the machine does for a while makes all of them slower, and not one.
    """
    rounds = [[_once(make(), size, piece) for size in sizes] for _ in range(TRIES)]
    return [min(each) for each in zip(*rounds, strict=True)]


def _once(decoder: Any, size: int, piece: bytes) -> float:
    begun = thread_time()
    for _ in range(size // len(piece)):
        decoder.feed(piece)
    return (thread_time() - begun) * 1000


def growth(costs: Sequence[float], among: Sequence[int]) -> int:
    """How many times the last cost is the one before, as the nearest of these numbers."""
    times = costs[-1] / costs[-2]
    return min(among, key=lambda each: abs(each - times))


def plot_costs(sizes: Sequence[int], costs: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the milliseconds of each decoder over the bytes that it was fed.

    sizes   bytes; costs   {decoder: its milliseconds, one for each size}

    Returns the matplotlib Figure.  Raises ValueError where a decoder has not one cost for each size.
    """
    import matplotlib.pyplot as plt

    if any(len(each) != len(sizes) for each in costs.values()):
        raise ValueError(say("give each decoder one cost for each of the {n} sizes", n=len(sizes)))
    figure, ax = plt.subplots(figsize=(5.5, 2.6), layout="constrained")
    thousands = [size / 1000 for size in sizes]
    for number, (name, spent) in enumerate(costs.items()):
        look_of = dict(color=look.series_colour(number), linestyle=look.series_dashes(number))
        ax.plot(thousands, spent, "o", color=look.series_colour(number))
        ax.plot(thousands, spent, label=name, **look_of)
    ax.set(
        xlabel=say("bytes fed, without an end (thousands)"), ylabel=say("processor time (ms)"), ylim=(0, None)
    )
    look.bare(ax)
    look.legend(ax, loc="upper left")
    return look.shown_once(figure)
