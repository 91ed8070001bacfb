"""The three faults that a learner finds alone, judged by their seeds: it needs no network, so every mode can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.mysteries.drawing import draw
from labkit.mysteries.kinds import KINDS, LEVELS
from labkit.mysteries.marking import places
from labkit.words import look_up, say

FIRST, SECOND, THIRD = (21, 1), (14, 2), (5, 3)
"""Seed and level of each."""


def exercise(id: str, title: str, seed: int, level: int, place: int) -> Exercise:
    """The exercise that wants a verdict on this mystery; its hints are the mystery's own."""
    hints = draw(seed, level).wrong.hints
    return Exercise(id, title, _story(id, seed, level), hints, points=2, place=place, steps=2)


def _story(id: str, seed: int, level: int) -> Callable[[Tale, Any], None]:
    shown = f"{id.replace('-', '_')}()"

    def story(tale: Tale, verdict: Any) -> None:
        case = draw(seed, level)
        kind, where = _said(tale, tale.call(verdict, shown=shown), shown)
        if kind not in LEVELS[level]:
            tale.fail(
                "there is no kind {kind!r} on level {level}; there are {known}",
                kind=kind,
                level=level,
                known=", ".join(LEVELS[level]),
            )
        if where not in places(case):
            tale.fail(
                "where is a host or a segment, one of {places}, and not {where!r}",
                places=", ".join(places(case)),
                where=where,
            )
        evidence = look_up(KINDS[kind].evidence)
        if kind != case.kind:
            there = (
                say("on {where} it is, and it is something else", where=where) if where == case.where else ""
            )
            tale.fail(
                "{kind} would show so: {evidence}. Does it?{there}",
                kind=kind,
                evidence=evidence,
                there=f"\n{there}" if there else "",
            )
        tale.did("the kind is right: {title}", title=look_up(case.wrong.title))
        if where != case.where:
            tale.fail(
                "that is what is wrong, and it is not on {where}: {evidence}", where=where, evidence=evidence
            )
        tale.did("and it is there, on {where}; what tells it: {evidence}", where=where, evidence=evidence)

    return story


def _said(tale: Tale, found: Any, shown: str) -> tuple[str, str]:
    if isinstance(found, tuple) and len(found) == 2 and all(isinstance(each, str) for each in found):
        return found[0], found[1]
    tale.fail(
        "{shown} should return two words, the kind and the place, as in return 'nagle', 'wiki'; it returned {found!r}",
        shown=shown,
        found=found,
    )
