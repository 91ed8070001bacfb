"""The text form of a ladder: the same for the same conversation, whatever its times.  Pure.

One row for each arrow, in an order that does not depend on chance, and no times.  A call stands beside the
frame that it sent, its return beside the frame that let it return.
"""

from __future__ import annotations

from labkit.drawing.measure import columns, cut
from labkit.pictures.ladders.call_lines import CLOSES, OPENS, Line
from labkit.pictures.ladders.fold import folded, many
from labkit.pictures.ladders.rows import gather
from labkit.pictures.ladders.several import several, to_all

ROOMY, WIDEST = 118, 125
"""How many columns a ladder of two hosts may take: so that what became of lost frames stands beside their
crosses, and at most, so that the calls stand at its margins uncut."""


def text_of(story, fold: bool | None = None, title: str = "") -> str:
    """The ladder as lines of text; `fold`: fold runs of segments (None: when there are many)."""
    fixed = {change.number for change in story.changes}
    if many(story.arrows) if fold is None else fold:
        arrows, stands = folded(story.arrows, fixed, acks_alone=True)
    else:
        arrows, stands = story.arrows, {}
    rows = {arrow.number: row for row, arrow in enumerate(arrows)}
    notes = gather(story, arrows, {**{n: n for n in rows}, **stands}, rows)
    lines = [title, ""] if title else []
    if len(story.names) == 2:
        lines += _two(story, arrows, notes)
    elif story.names:
        lines += several(story, arrows, notes)
    if not arrows:
        lines.append("(no frames)")
    lines += [f"({remark})" for remark in story.remarks]
    return "\n".join(line.rstrip() for line in lines)


def _two(story, arrows, notes) -> list[str]:
    calls = [
        [line for (_, host), found in notes.calls.items() if host == side for line in found]
        for side in (0, 1)
    ]
    states = [
        [line for (_, host), found in notes.states.items() if host == side for line in found]
        for side in (0, 1)
    ]
    call = [max(map(_wide, found), default=0) for found in calls]
    state = [max((len(line) for line in found), default=0) for found in states]
    lane = _lane_width(arrows, 46, fates=False)
    call = _shared(call, calls, max(40, WIDEST - lane - sum(state) - 9))
    lane = max(lane, min(_lane_width(arrows, 56), ROOMY - sum(call) - sum(state) - 9))
    margin = [call[side] + 2 + state[side] + (1 if state[side] else 0) for side in (0, 1)]
    head = " " * max(0, margin[0] - columns(story.names[0]) // 2) + story.names[0]
    far = margin[0] + 1 + lane
    lines = [head + " " * max(1, far - columns(head) - columns(story.names[1]) // 2) + story.names[1]]
    for row in range(-1, len(arrows) + 1):
        middle = [" " * lane] if row in (-1, len(arrows)) else _lane(arrows[row], lane)
        sides = [_margin(notes, row, side, call[side], state[side]) for side in (0, 1)]
        height = max(len(middle) if 0 <= row < len(arrows) else 0, len(sides[0]), len(sides[1]))
        for place in range(height):
            left = (
                sides[0][place] if place < len(sides[0]) else _blank(notes, row, 0, call[0], state[0], place)
            )
            right = (
                sides[1][place] if place < len(sides[1]) else _blank(notes, row, 1, call[1], state[1], place)
            )
            body = middle[place] if place < len(middle) else " " * lane
            lines.append(f"{left}│{body}│{right}")
    return lines


def _shared(call: list[int], lines, room: int) -> list[int]:
    """The columns of both margins, together at most `room`: so that the fewest calls are cut."""
    if sum(call) <= room:
        return call

    def cost(left: int) -> tuple[int, int]:
        pair = zip(lines, (left, room - left), strict=True)
        cut_ = sum(_wide(line) > width for found, width in pair for line in found)
        return cut_, abs(room - 2 * left)

    left = min(range(max(0, room - call[1]), min(call[0], room) + 1), key=cost)
    return [left, room - left]


def _wide(line: Line) -> int:
    """How wide a call's line is drawn: the turn is drawn in the bracket's column, its arrow is not."""
    return columns(line.text) + (2 if line.turn == CLOSES else 0)


def _margin(notes, row, side, call, state) -> list[str]:
    calls = notes.calls.get((row, side), [])
    if len(calls) == notes.after.get((row, side)):
        calls = [Line(), *calls]
    states = notes.states.get((row, side), [])
    return [
        _cell(notes, row, side, call, state, place, calls, states)
        for place in range(max(len(calls), len(states)))
    ]


def _blank(notes, row, side, call, state, place) -> str:
    return _cell(notes, row, side, call, state, place, [], [])


def _cell(notes, row, side, call, state, place, calls, states) -> str:
    """One line of one margin: the call, the bracket and the state, mirrored on the right."""
    call_line = calls[place] if place < len(calls) else Line()
    bracket = {OPENS: "┐", CLOSES: "┘"}.get(call_line.turn, "")
    if not bracket:
        for begin, end in notes.brackets.get(side, ()):
            begun = notes.calls[begin, side]
            opened = next(p for p, each in enumerate(begun) if each.turn == OPENS)
            closing = next(p for p, each in enumerate(notes.calls[end, side]) if each.turn == CLOSES)
            if (begin, opened) < (row, place) < (end, closing):
                bracket = "│"
    name = states[place] if place < len(states) else ""
    tail = "◀" if call_line.turn == CLOSES else ""
    width = call - len(tail) if tail else call
    line = call_line.within(width - 1 if tail else width)
    if side == 0:
        text = " " * (width - columns(line) - (1 if tail else 0)) + line + (" " + tail if tail else "")
        return f"{text}{bracket or ' '}" + (f" {name:<{state}} " if state else " ")
    mirrored = {"┐": "┌", "┘": "└▶"}.get(bracket, bracket or " ")
    return (f" {name:<{state}}" if state else " ") + mirrored + (" " if line else "") + line


def _lane_width(arrows, most: int, fates: bool = True) -> int:
    """Wide enough for the words of every arrow, and for the fates of the lost, if there is room."""
    need = 30
    for arrow in arrows:
        fate = f" ✗ {arrow.fate.words}" if arrow.fate and fates else ""
        need = max(need, columns(arrow.steady_words) + columns(fate) + (14 if arrow.to_all else 9))
    return max(30, min(need, most))


def _lane(arrow, width) -> list[str]:
    """What lies between the two lifelines: the arrow with its words, on two lines if they need them."""
    rightward = arrow.source == 0
    dash = "╌" if not arrow.tips else "─"
    words = f" {cut(arrow.steady_words, width - 8)} "
    more = []
    if arrow.to_all:
        line = to_all(arrow.steady_words, width, rightward)
        return [line + " " * (width - columns(line)) if rightward else " " * (width - columns(line)) + line]
    if arrow.tips or not arrow.fate:
        tip = "▶" if rightward else "◀"
        if not arrow.tips:
            tip = "…"  # still on its way when the capture ended
        if rightward:
            line = dash * 3 + words
            return [line + dash * (width - 1 - columns(line)) + tip]
        line = tip + dash * 2 + words
        return [line + dash * (width - columns(line))]
    fate = f"✗ {arrow.fate.words}"
    if columns(words) + columns(fate) + 9 > width:
        fate, note = "✗", cut(arrow.fate.words, width - 6)
        more = ["    " + " " * 1 + note + " " * (width - 5 - columns(note))]
    if rightward:
        line = dash * 3 + words + dash * 2 + " " + fate
        return [line + " " * (width - columns(line)), *more]
    line = " " + fate + " " + dash * 2 + words
    return [line + dash * (width - columns(line)), *more]
