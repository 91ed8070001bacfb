"""Folding: a run of ordinary segments becomes one arrow, "14 segments, 20 kB".  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.pictures.ladders.arrows import Arrow

FEW = 12
"""A ladder of up to so many arrows, pure acknowledgements not counted, shows each of them."""

SHORTEST = 3
"""A run of fewer is not folded."""

TOLD = 1000
"""Of TLS each segment of less is told by itself: it holds messages that have names."""


def many(arrows: list) -> bool:
    """Are there so many arrows that runs are better folded?  (How many ACKs there are is up to chance.)"""
    return sum(arrow.kind != "ack" for arrow in arrows) > FEW


def rows(arrows: list, fixed: set[int], fold: bool | None) -> tuple[list, int, bool]:
    """The arrows of a picture in order of departure, runs folded if `fold` (None: when there are many); how long one
    flies, typically, in nanoseconds; and whether runs were folded.  `fixed`: as in `folded`.
    """
    whole = sorted(arrows, key=lambda arrow: arrow.departed)
    times = [tip.time - arrow.departed for arrow in whole for tip in arrow.tips]
    flight_ns = max(1000, _median(times)) if times else 10_000_000
    runs = bool(whole) and (many(whole) if fold is None else fold)
    if runs:
        whole, _ = folded(whole, fixed, gap_ns=max(flight_ns // 2, 1000))
        whole.sort(key=lambda arrow: arrow.departed)
    return whole, flight_ns, runs


def folded(
    arrows: list, fixed: set[int], gap_ns: int | None = None, acks_alone: bool = False
) -> tuple[list, dict[int, int]]:
    """The arrows with runs of ordinary ones folded, and for each folded number the number that stands for it.

    A run is what one host sends in one connection, one after another and all alike: data that arrived, plain
    acknowledgements, or duplicates of one acknowledgement.  What is remarkable (lost, sent again, `fixed`:
    the numbers at which a state changes) ends a run, and so does a pause of more than `gap_ns`.
    acks_alone: fold also a single acknowledgement, for a text in which their number does not show.
    """
    runs: dict[tuple[Any, ...], tuple[Any, list[Arrow]]] = {}
    out: list[Arrow | list[Arrow]] = []
    for arrow in arrows:
        way = arrow.source, arrow.flow
        alike = _alike(arrow) if arrow.number not in fixed else None
        run = runs.get(way)
        if alike is None:
            runs.pop(way, None)
            out.append(arrow)
            continue
        if (
            run is None
            or run[0] != alike
            or (gap_ns is not None and arrow.departed - run[1][-1].departed > gap_ns)
        ):
            run = runs[way] = (alike, [])
            out.append(run[1])
        run[1].append(arrow)
    result: list[Arrow] = []
    stands: dict[int, int] = {}
    for entry in out:
        if not isinstance(entry, list):
            result.append(entry)
        elif len(entry) < SHORTEST and not (acks_alone and entry[0].kind == "ack"):
            result.extend(entry)
        else:
            result.append(_one(entry))
            stands.update((arrow.number, entry[0].number) for arrow in entry)
    return result, stands


def _alike(arrow: Arrow) -> str | None:
    if arrow.fate or arrow.missed or len(arrow.tips) != 1:
        return None
    if arrow.kind == "ack" and arrow.duplicate:
        return "duplicates"
    if arrow.mark or (arrow.kind == "data" and arrow.secured and arrow.size < TOLD):
        return None
    if arrow.kind in ("data", "ack", "datagram"):
        return arrow.kind
    return None


def _one(run: list[Arrow]) -> Arrow:
    first, last = run[0], run[-1]
    size = sum(arrow.size for arrow in run)
    latest = max((arrow.tips[0] for arrow in run), key=lambda tip: tip.time)
    uncounted = ""
    if first.kind == "data":
        begin, end = min(a.item.seq for a in run), max(a.item.seq + a.item.length for a in run)
        words = f"{len(run)} segments, {amount(size)}", f"seq {begin}:{end}"
    elif first.kind == "datagram":
        words = f"{len(run)} datagrams, {amount(size)}", f"{first.item.sport} → {first.item.dport}"
    elif first.duplicate:
        words, uncounted = (f"{len(run)} duplicate ACKs", f"ack {first.item.ack}"), "duplicate ACKs"
    else:
        words, uncounted = (f"{len(run)} ACKs", f"up to ack {last.item.ack}"), "ACKs"
    return first._replace(
        head=words[0],
        body=words[1],
        quote="",
        mark="",
        count=len(run),
        size=size,
        ended=last.departed,
        last_tip=latest,
        uncounted=uncounted,
        members=tuple(arrow.number for arrow in run),
    )


def amount(size: int) -> str:
    """A number of bytes in words: "512 bytes", "20 kB", "1.5 MB" (powers of ten)."""
    if size < 1000:
        return f"{size} bytes"
    number, units = size / 1000, ["GB", "MB", "kB"]
    while number >= 1000 and len(units) > 1:
        number /= 1000
        units.pop()
    unit = units[-1]
    return f"{number:.1f}".removesuffix(".0") + f" {unit}" if number < 9.95 else f"{number:.0f} {unit}"


def _median(times: list[int]) -> int:
    """As `statistics.median`, whose import costs more than the picture of a handshake."""
    ordered = sorted(times)
    return (ordered[(len(times) - 1) // 2] + ordered[len(times) // 2]) // 2
