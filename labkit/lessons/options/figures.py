"""How fast uploads were beside what their windows allow.  matplotlib is imported when it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from labkit.lessons.options.uploading import Upload

SCALE_MBIT = 15  # the axis goes so far at least: half the round trip moves the dots, not the scale


def speeds(uploads: Sequence[Upload], round_trip_ms: float) -> Figure:
    """Draw the rate of each upload over its receiver's window, and the line of a window in each round trip.

    uploads         one at least; round_trip_ms   of their path
    Returns the matplotlib Figure.  Raises ValueError without uploads, or without a round trip.
    """
    if not uploads:
        raise ValueError(say("there are no uploads: draw what upload(net, listeners) gives"))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(5.6, 2.8), layout="constrained")
    windows = [each.window / 1000 for each in uploads]
    far = max(uploads)
    most = far.most_mbit(round_trip_ms)
    axes.plot(
        [0, far.window / 1000],
        [0, most],
        color=style.PLOT_INK,
        linestyle="--",
        linewidth=1,
        label=say("one window\na round trip"),
    )
    axes.plot(
        windows,
        [each.mbit for each in uploads],
        "o",
        color=look.series_colour(0),
        label=say("measured"),
        clip_on=False,
    )
    axes.set(
        xlabel=say("window announced (thousands of bytes)"),
        ylabel=say("Mbit/s"),
        xlim=(0, None),
        ylim=(0, max(SCALE_MBIT, 1.05 * most)),
    )
    look.bare(axes)
    look.legend_beside(axes)
    return look.shown_once(figure)
