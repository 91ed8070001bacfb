"""Plots of a trace.  matplotlib is imported when the first is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.packets.frame import IN_FLIGHT
from labkit.plots import look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from labkit.traces.choosing import Chosen
    from labkit.traces.flows import Flow
    from labkit.traces.trace import Trace

WINDOW_SHOWN = 1.6
"""A receive window further up than this many times the data is not followed: it would flatten the data."""


def time_sequence(
    trace: Trace, flow: Chosen = None, source: str | None = None, ax: Axes | None = None
) -> Figure | SubFigure:
    """Draw sequence numbers over time: what was sent, what was acknowledged, how much more was allowed.

    trace   a `Trace`
    flow    which connection (a Flow of `trace.flows()`, its number, or a segment; default: the largest)
    source  name of the sending host (default: the end of the connection that sent more)
    ax      matplotlib Axes to draw on (default: a new figure)

    A bar for each data segment at its departure (from its first to its last byte), a cross on those that
    were lost, another colour for those sent again; a stair for the acknowledgements at their arrival, and
    one for the edge of the receive window; thin bars for selectively acknowledged blocks.  Times are in
    milliseconds from the connection's first segment, sequence numbers in bytes, relative.  Returns the
    matplotlib Figure.

    Raises ValueError when the trace has no TCP connection, or for an unknown flow or host.
    After Shepard's time sequence graph (1991), as in Stevens (TCP/IP Illustrated) and Wireshark.
    """
    trace = trace.end_to_end
    chosen = _flow(trace, flow)
    if source is None:
        source = chosen.server if chosen.from_server > chosen.from_client else chosen.client
    elif source not in (chosen.client, chosen.server):
        raise ValueError(
            f"source is {chosen.client!r} or {chosen.server!r}, the ends of flow {chosen.number} (got {source!r})"
        )
    segments = trace.select(flow=chosen)
    start = min(segment.departed_ns for segment in segments)
    sent = [segment for segment in segments if segment.source == source and segment.length]
    answers = sorted(
        (
            segment
            for segment in segments
            if segment.source != source
            and segment.ack is not None
            and segment.delivered
            and "R" not in segment.flags
        ),
        key=lambda s: s.arrived_ns or 0,
    )

    import matplotlib.pyplot as plt

    if ax is None:
        figure: Figure | SubFigure
        figure, ax = plt.subplots(figsize=(8.4, 4.4), layout="constrained")
    else:
        figure = ax.figure

    def ms(time: float) -> float:
        return (time - start) / 1e6

    host = trace.hosts.index(source)
    peer = chosen.client if source == chosen.server else chosen.server
    again = {segment.number for segment in trace.retransmissions(flow=chosen, source=source)}
    top = max((segment.end_seq for segment in sent), default=1)
    if answers:
        _stairs(ax, answers, ms, top, trace.hosts.index(peer), peer)
    _bars(
        ax,
        [s for s in sent if s.number not in again],
        ms,
        top,
        f"data from {source}",
        style.colour_of(host),
        2.0,
    )
    _bars(ax, [s for s in sent if s.number in again], ms, top, "sent again", style.RETRANSMISSION, 4.0)
    lost = [segment for segment in sent if not segment.delivered and segment.frame.fate != IN_FLIGHT]
    if lost:
        ax.plot(
            [ms(s.departed_ns) for s in lost],
            [s.data_seq + s.length / 2 for s in lost],
            linestyle="none",
            marker="x",
            markersize=9,
            markeredgewidth=2,
            color=style.LOST,
            label="lost",
            zorder=5,
        )
    ax.set_xlabel("time (ms)")
    ax.set_ylabel("sequence number (bytes)")
    ax.set_title(f"{source} to {peer}", loc="left", fontsize="medium")
    ax.set_xlim(left=0 if ax.get_xlim()[0] > 0 else None)
    look.bare(ax)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    look.legend_beside(ax)
    return look.shown_once(figure)


def _flow(trace: Trace, flow: Chosen) -> Flow:
    flows = trace.flows()
    if not flows:
        raise ValueError("this trace has no TCP connection, so there are no sequence numbers to draw")
    if flow is None:
        return max(flows, key=lambda each: (each.from_client + each.from_server, -each.number))
    chosen = trace.select(flow=flow)  # says what is wrong with an unknown one
    number = chosen[0].flow
    return next(each for each in flows if each.number == number)


def _bars(ax, segments, ms, top, label, colour, width) -> None:
    if segments:
        # a bar as high as the plot's resolution at least, so that one byte of many is seen
        least = top * 0.006
        ax.vlines(
            [ms(s.departed_ns) for s in segments],
            [s.data_seq for s in segments],
            [s.data_seq + max(s.length, least) for s in segments],
            color=colour,
            linewidth=width,
            label=label,
            zorder=4,
        )


def _stairs(ax, answers, ms, top, host, peer) -> None:
    """Acknowledgements, the window's edge, selectively acknowledged blocks, as they reached the sender."""
    times = [ms(segment.arrived_ns) for segment in answers]
    acked: list[int] = []
    edges: list[int] = []
    for segment in answers:
        # a late one does not take back what an earlier one gave (RFC 9293 section 3.10.7.4)
        acked.append(max(segment.ack, acked[-1] if acked else 0))
        edges.append(segment.ack + segment.window)
    colour = style.colour_of(host)
    ax.plot(
        times,
        acked,
        drawstyle="steps-post",
        color=colour,
        linewidth=1.2,
        marker=".",
        markersize=4,
        label=f"acknowledged by {peer}",
        zorder=3,
    )
    if min(edges) <= top * WINDOW_SHOWN:
        ax.plot(
            times,
            edges,
            drawstyle="steps-post",
            color=style.WINDOW,
            **look.BOUND,
            label="edge of the receive window",
            zorder=2,
        )
        ax.set_ylim(0, min(max(edges), top * WINDOW_SHOWN) * 1.06)
    else:
        ax.plot(
            [],
            [],
            color=style.WINDOW,
            **look.BOUND,
            label=f"edge of the receive window:\nfurther up, at {min(edges):,} or more",
        )
        ax.set_ylim(0, top * 1.08)
    blocks = [
        (ms(segment.arrived_ns), left, right)
        for segment in answers
        for left, right in segment.option("sack") or ()
    ]
    if blocks:
        ax.vlines(
            [t for t, _, _ in blocks],
            [left for _, left, _ in blocks],
            [right for _, _, right in blocks],
            color=colour,
            alpha=0.6,
            linewidth=1.0,
            label="selectively acknowledged",
            zorder=1,
        )
