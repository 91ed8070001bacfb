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

    samples   of the sender's socket, one at least; trace   in which its probes are
    Returns the matplotlib Figure.  Raises ValueError without samples.
    """
    if not len(samples):
        raise ValueError(say("there are no samples: draw those of `with sock.sample() as samples:`"))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(WIDTH, 2.8), layout="constrained")
    told = {
        say("the server's window"): samples.values("snd_wnd"),
        say("waiting in the\nclient's send buffer"): samples.values("notsent_bytes"),
    }
    for number, (label, values) in enumerate(told.items()):
        axes.plot(
            samples.ms,
            [value / 1000 for value in values],
            drawstyle="steps-post",
            color=style.colour_of(1 - number),
            linestyle=look.series_dashes(number),
            label=label,
        )
    start = samples[0].at_ns
    times = [(probe.departed_ns - start) / 1e6 for probe in trace.window_probes()]
    axes.plot(
        times, [0] * len(times), "^", color=style.PLOT_INK, label=say("a probe"), clip_on=False, zorder=5
    )
    axes.set(xlabel=say("time (ms)"), ylabel=say("thousands of bytes"), ylim=(0, None), xlim=(0, None))
    look.bare(axes)
    look.legend_beside(axes)
    return look.shown_once(figure)


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
