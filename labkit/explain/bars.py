"""Where the time of connections went, as a picture: a stacked bar for each, in order of time, and a legend.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from labkit.drawing.labels import pieces_width
from labkit.drawing.shapes import Area, Group, Line, Picture, Words
from labkit.explain.account import CAUSES, Account
from labkit.explain.durations import duration
from labkit.words import say

WIDE, HIGH, GAP, LEFT = 720.0, 26.0, 58.0, 16.0
MOST = 12
"""Bars of one picture; of more connections those that lived longest."""


class _Look(NamedTuple):
    """How a cause is drawn: the hue (None: ink), and how dense."""

    hue: int | None
    role: str


LOOKS = {
    "handshake": _Look(None, "bar"),
    "closing": _Look(None, "lane-closing"),
    "client": _Look(0, "band-solid"),
    "server": _Look(1, "band-solid"),
    "wire": _Look(None, "band-solid"),
    "buffer": _Look(5, "band-solid"),
    "idle": _Look(None, "band-thin"),
    "unknown": _Look(None, "band-thin"),
    "nagle": _Look(3, "bar"),
    "delayed": _Look(3, "band-solid"),
    "closed": _Look(2, "bar"),
    "window": _Look(2, "band-solid"),
    "timeout": _Look(4, "bar"),
    "repair": _Look(4, "band-solid"),
    "congestion": _Look(5, "bar"),
    "sending": _Look(5, "band-thin"),
}


def picture(accounts: Sequence[Account]) -> Picture:
    """The bars of connections, each as wide as its whole life, and what its parts are."""
    chosen = sorted(accounts, key=lambda each: -each.whole)[:MOST]
    shown = [account for account in accounts if account in chosen]
    shapes: list = []
    y = 12.0
    for account in shown:
        shapes += _bar(account, y)
        y += GAP
    y = _legend(shapes, shown, y)
    title = say("Where the time went")
    told = "; ".join(str(account) for account in shown) or say("no connection")
    return Picture(WIDE + 2 * LEFT, y + 8, tuple(shapes), (), 2, title, told)


def _bar(account: Account, y: float) -> list:
    words = say(
        "{client} > {server}, {whole}",
        client=account.client,
        server=account.server,
        whole=duration(account.whole),
    )
    shapes: list = [Words(LEFT, y + 11, ((words, "plain"),), "label")]
    top, bottom = y + 18, y + 18 + HIGH
    scale = WIDE / account.whole if account.whole else 0
    for span in account.pieces:
        look = LOOKS[span.cause]
        left, right = (LEFT + (time - account.begin) * scale for time in (span.begin, span.end))
        tip = f"{account.words(span.cause)}: {duration(span.end - span.begin)}"
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        parts: list = [Area(corners, look.role, look.hue)]
        label = ((duration(span.end - span.begin), "plain"),)
        if right - left > pieces_width(label, "quiet") + 8:
            parts.append(Words((left + right) / 2, top + HIGH / 2 + 4, label, "quiet", "middle"))
        shapes.append(Group(tip, tuple(parts)))
    ends = LEFT, LEFT + WIDE
    shapes += [Line(x, top, x, bottom, "tick") for x in ends]
    shapes += [Line(LEFT, at, LEFT + WIDE, at, "tick") for at in (top, bottom)]
    return shapes


def _legend(shapes: list, accounts: Sequence[Account], y: float) -> float:
    """Which look is which cause, as many in a row as there is room for; where it ends."""
    spent: dict[str, int] = {}
    for account in accounts:
        for cause, ns in account.spent.items():
            spent[cause] = spent.get(cause, 0) + ns
    x, y = LEFT, y + 8
    names = {(account.client, account.server) for account in accounts}
    for cause in sorted(spent, key=lambda each: -spent[each]):
        client, server = next(iter(names)) if len(names) == 1 else (say("the client"), say("the server"))
        words = f"{say(CAUSES[cause], client=client, server=server)} {duration(spent[cause])}"
        wide = 18 + pieces_width(((words, "plain"),), "quiet") + 16
        if x + wide > LEFT + WIDE and x > LEFT:
            x, y = LEFT, y + 20
        look = LOOKS[cause]
        shapes.append(Area(((x, y), (x + 12, y), (x + 12, y + 12), (x, y + 12)), look.role, look.hue))
        shapes.append(Words(x + 17, y + 10, ((words, "plain"),), "quiet"))
        x += wide
    return y + 20 if accounts else y
