"""A small time-sequence plot that stands beside another: bytes written, sent and acknowledged over time.  Pure."""

from __future__ import annotations

from math import ceil, log10
from typing import NamedTuple

from labkit.drawing.shapes import Dot, Line, Picture, Words

WIDTH, HEIGHT = 430, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 50, 40


class Sequence(NamedTuple):
    """Times are milliseconds after the first write, places are bytes after it."""

    written: tuple[tuple[float, int], ...]  # (when a write began, bytes written with it, in all)
    sent: tuple[
        tuple[float, int, int], ...
    ]  # (departure, first byte, byte after the last) of each data segment
    acked: tuple[tuple[float, int], ...]  # (arrival at the client, bytes acknowledged)
    answers: tuple[float, ...]  # arrivals of the server's answers

    @property
    def end_ms(self) -> float:
        """When the last of all this happened."""
        times = [row[0] for row in (*self.written, *self.sent, *self.acked)] + list(self.answers)
        return max(times, default=0.0)


def picture(sequence: Sequence, until_ms: float, most: int) -> Picture:
    """The plot; two of the same `until_ms` and `most` (bytes) can be held against each other."""
    step = _step(max(until_ms, 1.0))
    right = step * ceil(max(until_ms, 1.0) / step + 1e-9)
    rung = _step(max(most, 1), whole=True)
    top = rung * ceil(max(most, 1) / rung)
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(ms):
        return _LEFT + wide * min(ms, right) / right

    def y(place):
        return _TOP + high * (1 - place / top)

    shapes: list = []
    for n in range(round(right / step) + 1):
        at = x(n * step)
        shapes += [
            Line(at, HEIGHT - _BOTTOM, at, HEIGHT - _BOTTOM + 4, "tick"),
            Words(at, HEIGHT - _BOTTOM + 16, ((f"{n * step:g}", "tick"),), "tick", "middle"),
        ]
    for n in range(round(top / rung) + 1):
        shapes += [
            Line(_LEFT - 4, y(n * rung), _LEFT, y(n * rung), "tick"),
            Words(_LEFT - 7, y(n * rung) + 3.5, ((f"{n * rung:g}", "tick"),), "tick", "end"),
        ]
    shapes += [
        Line(_LEFT, HEIGHT - _BOTTOM, WIDTH - _RIGHT, HEIGHT - _BOTTOM, "tick"),
        Line(_LEFT, _TOP, _LEFT, HEIGHT - _BOTTOM, "tick"),
        Words(
            _LEFT + wide / 2, HEIGHT - 6, (("time since the first write (ms)", "quiet"),), "quiet", "middle"
        ),
        Words(6, 14, (("bytes", "quiet"),), "quiet"),
    ]
    shapes += _stairs([(x(t), y(place)) for t, place in sequence.written], x(right), y(0), "thin", 0)
    shapes += _stairs([(x(t), y(place)) for t, place in sequence.acked], x(right), y(0), "control", 1)
    for t, first, last in sequence.sent:
        middle, half = (y(first) + y(last)) / 2, max(2.5, (y(first) - y(last)) / 2)
        shapes += [Line(x(t) + d, middle - half, x(t) + d, middle + half, "solid", 0) for d in (-0.8, 0.8)]
    shapes += [Dot(x(t), y(0), 4, "dot", 1) for t in sequence.answers]
    shapes += _legend()
    said = (
        f"{len(sequence.written)} writes; segments left at "
        f"{', '.join(f'{t:.0f}' for t, _, _ in sequence.sent)} ms; answers came at "
        f"{', '.join(f'{t:.0f}' for t in sequence.answers)} ms."
    )
    return Picture(
        WIDTH, HEIGHT, tuple(shapes), (), 2, "Bytes written, sent and acknowledged over time", said
    )


def _stairs(points, end, ground, role, host) -> list:
    lines, level, at = [], ground, None
    for px, py in points:
        if at is not None:
            lines.append(Line(at, level, px, level, role, host))
        lines.append(Line(px, level, px, py, role, host))
        at, level = px, py
    if at is not None and at < end:
        lines.append(Line(at, level, end, level, role, host))
    return lines


def _legend() -> list:
    shapes: list = []
    for place, (role, host, words) in enumerate(
        (("thin", 0, "written"), ("solid", 0, "sent"), ("control", 1, "acknowledged"), ("dot", 1, "answer"))
    ):
        left = _LEFT + (0, 84, 150, 258)[place]
        if role == "solid":
            shapes += [Line(left + 8 + d, 26, left + 8 + d, 38, role, host) for d in (-0.8, 0.8)]
        elif role == "dot":
            shapes.append(Dot(left + 8, 32, 4, role, host))
        else:
            shapes.append(Line(left, 32, left + 18, 32, role, host))
        shapes.append(Words(left + 23, 36, ((words, "quiet"),), "quiet"))
    return shapes


def _step(span: float, whole: bool = False) -> float:
    """A round distance between ticks: four to eight of them."""
    for digit in (1, 2, 5, 10):
        size = digit * 10 ** (ceil(log10(span)) - 2)
        if span / size <= 8 and (size >= 1 or not whole):
            return size
    return max(1.0, span / 4) if whole else span / 4
