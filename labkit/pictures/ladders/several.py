"""The text form of a ladder for three hosts and more.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.drawing.measure import columns, cut
from labkit.packets.frame import on_the_way
from labkit.pictures.ladders.call_lines import Line
from labkit.words import say

if TYPE_CHECKING:
    from labkit.pictures.ladders.arrows import Arrow


def several(story, arrows, notes) -> list[str]:
    """Three hosts and more: what concerns a host stands under the arrow, to the right of its line."""
    count = len(story.names)
    longest = max([columns(arrow.steady_words) + 8 for arrow in arrows] + [14])
    beside = [columns(line.text + line.turn) + 3 for lines in notes.calls.values() for line in lines]
    beside += [columns(state) + 3 for states in notes.states.values() for state in states]
    gap = max(16, min(34, max([longest, *beside])))
    places = [columns(story.names[0]) // 2 + 1 + gap * host for host in range(count)]
    canvas = _Canvas(places, story.names)
    header = " " * (places[-1] + columns(story.names[-1]) + gap)
    for place, name in zip(places, story.names, strict=True):
        start = max(0, place - columns(name) // 2)
        header = header[:start] + name + header[start + len(name) :]
    lines = [header.rstrip()]
    for row in range(-1, len(arrows) + 1):
        before: dict[int, list[Line]] = {}
        after: dict[int, list[Line]] = {}
        for host in range(count):
            sends = 0 <= row < len(arrows) and arrows[row].source == host
            found = [*notes.calls.get((row, host), ())]
            later = len(found) - notes.after.get((row, host), 0)
            found = [*map(Line.of, notes.states.get((row, host), ())), *found[:later]]
            (before if sends else after)[host] = found
            after.setdefault(host, []).extend(notes.calls.get((row, host), ())[later:])
        lines += canvas.notes(before, gap)
        if 0 <= row < len(arrows):
            lines += canvas.arrow(arrows[row])
        lines += canvas.notes(after, gap)
    return lines


def to_all(words: str, room: int, rightward: bool = True) -> str:
    """An arrow that ends nowhere, for what was sent to all: "─── ARP  who has … ──▶ all", at most `room` columns."""
    every = say("all")
    words = cut(words, room - columns(every) - 9)
    return f"─── {words} ──▶ {every}" if rightward else f"{every} ◀── {words} ───"


class _Canvas:
    """Rows of lifelines to write on."""

    def __init__(self, places, names):
        self.places, self.names = places, names

    def _row(self) -> list[str]:
        row = [" "] * (self.places[-1] + 40)
        for place in self.places:
            row[place] = "│"
        return row

    def notes(self, found: dict, gap: int) -> list[str]:
        lines = []
        for depth in range(max((len(beside) for beside in found.values()), default=0)):
            row = self._row()
            for host, beside in found.items():
                if depth < len(beside):
                    room = gap - 3 if host < len(self.places) - 1 else 36
                    _write(row, self.places[host] + 2, beside[depth].within(room))
            lines.append("".join(row).rstrip())
        return lines

    def arrow(self, arrow: Arrow) -> list[str]:
        """An arrow with its words on it, or above it where they leave no room for the cross of a lost one."""
        row, here = self._row(), self.places[arrow.source]
        if arrow.to_all:
            words = to_all(arrow.steady_words, 118)
            row += [" "] * (here + 1 + columns(words) - len(row))
            _write(row, here + 1, words)
            return ["".join(row).rstrip()]
        lost = not arrow.tips
        ends = [self.places[tip.host] for tip in arrow.tips] or [self.places[host] for host in arrow.toward]
        broken = [self.places[host] for host, _ in arrow.missed]
        every = ends + broken
        rightward = max(every, default=here) > here
        beside = [place for place in self.places if (place > here if rightward else place < here)]
        next_ = min(beside, default=here) if rightward else max(beside, default=here)
        words = arrow.steady_words
        span = columns(words) + 2
        start = here - 3 - span if lost and not rightward else min(here, next_) + 3
        inline = 0 <= span - 2 <= abs(next_ - here) - 6
        crosses: dict[int, int] = {}
        outer = [end for end in (min(ends, default=here), max(ends, default=here)) if end != here]
        if lost and len(outer) == 2 and (outer[0] > here) == (outer[1] > here):
            outer = outer[1:] if rightward else outer[:1]  # it was lost once, on its way to all
        for end in outer:
            if lost:
                toward = (end > here) == rightward
                clear = (span + 5 if inline and toward and arrow.fate else 0) - 1
                cross = self._cross(here, here, end, clear)
                inline = inline and cross is not None
                crosses[end] = self._cross_anywhere(here, here, end) if cross is None else cross
        for end in outer:
            _fly(row, here, crosses.get(end, end), "╌" if lost else "─", "╌" if lost else "┼")
        for end in () if lost else ends:
            row[end - 1 if end > here else end + 1] = "▶" if end > here else "◀"
        for end in sorted(broken, key=lambda end: abs(end - here)):
            before = max((place for place in self.places if place < end), default=end)
            if end < here:
                before = min(place for place in self.places if place > end)
            passed = any(abs(far - here) > abs(end - here) and (far > here) == (end > here) for far in ends)
            crosses[end] = (
                end + (-1 if end > here else 1) if passed else self._cross_anywhere(here, before, end)
            )
            if not passed:
                _fly(row, here, crosses[end], "╌", "┼")
            inline = inline and not start <= crosses[end] < start + span
        for place in crosses.values() if arrow.fate or broken else ():
            row[place] = "✗"
        if inline:
            _write(row, start, f" {words} ")
            lines = ["".join(row).rstrip()]
        else:
            above = self._row()
            left = min(here, next_) + 2
            _write(above, left, cut(words, max(abs(next_ - here) - 4, len(above) - left - 1)))
            lines = ["".join(above).rstrip(), "".join(row).rstrip()]
        fates = [arrow.fate.words] if arrow.fate else []
        for fate in fates + [on_the_way(why.words, self.names[host]) for host, why in arrow.missed]:
            below = self._row()
            _write(below, min(here, next_) + 2, f"✗ {fate}")
            lines.append("".join(below).rstrip())
        return lines

    def _cross(self, here: int, before: int, end: int, clear: int = 0) -> int | None:
        """Where what was sent from `here` to `end` got lost: two thirds of the way there from `before`, on no
        lifeline, and more than `clear` columns away; None if that is too far."""
        place = self._cross_anywhere(here, before, end, clear)
        return place if clear < abs(place - here) < abs(end - here) or not clear else None

    def _cross_anywhere(self, here: int, before: int, end: int, clear: int = 0) -> int:
        step = 1 if end > here else -1
        place = before + step * (abs(end - before) * 2 // 3)
        if abs(place - here) <= clear:
            place = here + step * (clear + 1)
        return place - step if place in self.places else place


def _fly(row: list[str], here: int, end: int, dash: str, across: str) -> None:
    """Draw the way from one column up to another where nothing is drawn yet."""
    step = 1 if end > here else -1
    for place in range(here + step, end, step):
        row[place] = {"│": across, " ": dash}.get(row[place], row[place])


def _write(row: list[str], place: int, text: str) -> None:
    for letter in text:
        if place < len(row):
            row[place] = letter
        place += 1
        if columns(letter) == 2 and place < len(row):
            row[place] = ""
            place += 1
