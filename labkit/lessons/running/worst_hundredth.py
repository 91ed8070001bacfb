"""Exercise: find the bug in a 99th percentile that is too good to be true."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale

SHOWN = "p99(minutes)"


def _story(tale: Tale, p99: Callable[..., Any]) -> None:
    hundred = [float(ms) for ms in range(100, 0, -1)]
    _compare(
        tale,
        p99,
        [hundred],
        99.0,
        "one minute, 100 requests: they took 1 to 100 ms",
        "99 of the 100 took 99 ms or less; the 99th of them, in order, has the place 98",
    )
    night, day = [1.0] * 10, [10.0] * 900 + [500.0] * 90
    _compare(
        tale,
        p99,
        [night, day],
        500.0,
        "two minutes: 10 requests of 1 ms at night; 990 by day, of which 90 took 500 ms",
        "of 1,000 requests 90 took 500 ms, so 99 % took 500 or less, and not fewer; percentiles cannot be averaged:"
        " go back to the requests",
    )
    calm, stormy = [5.0] * 9900, [5.0] * 50 + [800.0] * 50
    _compare(
        tale,
        p99,
        [calm, stormy],
        5.0,
        "two minutes: 9,900 requests of 5 ms; then 100, of which 50 took 800 ms",
        "of 10,000 requests only 50 took longer than 5 ms, which is half of one in a hundred; the largest of the"
        " minutes'"
        " percentiles is not that of all",
    )
    _compare(
        tale,
        p99,
        [[10.0] * 97 + [None] * 3],
        math.inf,
        "one minute, 100 requests: 97 took 10 ms, and 3 got no answer (None)",
        "3 of 100 got no answer, so there is no time in which 99 of 100 were answered: math.inf; who leaves them out"
        " reports the better, the more of them there are",
    )
    _compare(
        tale,
        p99,
        [[], [7.0] * 200, []],
        7.0,
        "three minutes, two of them without a request",
        "nobody asked in those minutes, and that changes nothing",
    )


def _compare(
    tale: Tale, p99: Callable[..., Any], minutes: list[list[Any]], wanted: float, when: str, because: str
) -> None:
    tale.did(when)
    before = [list(times) for times in minutes]
    found = tale.call(p99, minutes, shown=SHOWN)
    if isinstance(found, int) and not isinstance(found, bool):
        found = float(found)
    tale.expect(SHOWN, found, wanted, because=because)
    if minutes != before:
        tale.fail("the lists have changed: whoever has handed them over still needs them as they were")


EXERCISE = Exercise(
    "worst-hundredth",
    "Find the bug: the report without a tail",
    _story,
    hints=(
        "What is reported is a time within which 99 of 100 requests were answered. Which requests does this code leave"
        " out, and which count more than others?",
        "Put the times of all minutes into one list, and let no answer be math.inf, which is larger than any time."
        " Sort it;"
        " how many of n are 99 %, rounded up, and where does the last of these stand?",
        "times = sorted(math.inf if ms is None else ms for minute in minutes for ms in minute)\n"
        "  return times[math.ceil(0.99 * len(times)) - 1]",
    ),
    place=2,
    steps=10,
    given=1,
)
