"""Where bytes wait, and since when.  matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from labkit.lessons.flow.connecting import Held
    from labkit.sockets.samples import Samples
    from labkit.traces.trace import Trace

WIDTH = 7.4  # inches


def stall(samples: Samples, trace: Trace) -> Figure:
    """Draw a sender's view of a window that closes: the peer's window, what waits in its send buffer, and its probes.

    Where the window has opened again, what followed is drawn once more beside it, wider.

    samples   of the sender's socket, one at least; trace   in which its probes are
    Returns the matplotlib Figure.  Raises ValueError without samples.
    """
    if not len(samples):
        raise ValueError(say("there are no samples: draw those of `with sock.sample() as samples:`"))
    import matplotlib.pyplot as plt

    opened = _opened(samples)
    shape = dict(ncols=2, sharey=True, width_ratios=(3, 2)) if opened else dict(ncols=1)
    figure, panels = plt.subplots(figsize=(WIDTH, 2.8), squeeze=False, layout="constrained", **shape)
    told = {
        say("the server's window"): samples.values("snd_wnd"),
        say("waiting in the client's send buffer"): samples.values("notsent_bytes"),
    }
    start = samples[0].at_ns
    times = [(probe.departed_ns - start) / 1e6 for probe in trace.window_probes()]
    for axes in panels[0]:
        for number, (label, values) in enumerate(told.items()):
            axes.plot(
                samples.ms,
                [value / 1000 for value in values],
                drawstyle="steps-post",
                color=style.colour_of(1 - number),
                linestyle=look.series_dashes(number),
                label=label,
            )
        axes.set(xlabel=say("time (ms)"), ylim=(0, None), xlim=(0, None))
        look.bare(axes)
    panels[0][0].set(ylabel=say("thousands of bytes"))
    first = panels[0][0]
    first.plot(
        times, [0] * len(times), "^", color=style.PLOT_INK, label=say("a probe"), clip_on=False, zorder=5
    )
    if opened:
        panels[0][1].set(xlim=(opened - (samples.ms[-1] - opened) / 5, samples.ms[-1]))
    look.legend(figure, *first.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return look.shown_once(figure)


def _opened(samples: Samples) -> float | None:
    """When the window was first seen open after it had been 0, in ms; None where it was not."""
    windows = samples.values("snd_wnd")
    if 0 not in windows:
        return None
    closed = windows.index(0)
    return next((samples.ms[at] for at in range(closed, len(windows)) if windows[at]), None)


def places(directions: Mapping[str, Held]) -> Figure:
    """Draw a bar for each direction: how many bytes are where, from the reading program back to the sending one.

    directions   {"client → server": its Held}, one at least
    Returns the matplotlib Figure.  Raises ValueError without directions.
    """
    if not directions:
        raise ValueError(say("give one direction at least: {{'client → server': held(…)}}"))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(WIDTH, 0.9 + 0.55 * len(directions)), layout="constrained")
    names = (say("read"), say("receive buffer"), say("send buffer"), say("not taken yet"))
    left = [0.0] * len(directions)
    for number, name in enumerate(names):
        sizes = [held[number] / 1000 for held in directions.values()]
        if any(sizes):
            axes.barh(
                range(len(sizes)),
                sizes,
                left=left,
                height=0.55,
                color=look.series_colour(number),
                hatch=("", "//", "..", "xx")[number],
                edgecolor=style.PLOT_INK,
                linewidth=0.6,
                label=name,
            )
        left = [start + size for start, size in zip(left, sizes, strict=True)]
    axes.set(xlabel=say("thousands of bytes"), yticks=range(len(directions)), yticklabels=list(directions))
    axes.invert_yaxis()
    look.bare(axes, rows=True)
    look.legend_beside(axes)
    return look.shown_once(figure)
