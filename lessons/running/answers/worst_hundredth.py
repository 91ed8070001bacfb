"""The solution of worst-hundredth, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import math


def p99(minutes):
    times = sorted(math.inf if ms is None else ms for minute in minutes for ms in minute)
    return times[math.ceil(0.99 * len(times)) - 1]


def as_it_was(minutes):
    each = []
    for minute in minutes:
        times = sorted(ms for ms in minute if ms is not None)
        each.append(times[int(0.99 * len(times))])
    return sum(each) / len(each)


def of(times):
    return sorted(times)[math.ceil(0.99 * len(times)) - 1]


def averaged(minutes):
    each = [of([math.inf if ms is None else ms for ms in minute]) for minute in minutes if minute]
    return sum(each) / len(each)


def largest(minutes):
    return max(of([math.inf if ms is None else ms for ms in minute]) for minute in minutes if minute)


def survivors(minutes):
    return of([ms for minute in minutes for ms in minute if ms is not None])


def one_too_high(minutes):
    times = sorted(math.inf if ms is None else ms for minute in minutes for ms in minute)
    return times[int(0.99 * len(times))]


def mean(minutes):
    times = [math.inf if ms is None else ms for minute in minutes for ms in minute]
    return sum(times) / len(times)


def in_place(minutes):
    for minute in minutes:
        minute[:] = sorted(math.inf if ms is None else ms for ms in minute)
    return of([ms for minute in minutes for ms in minute])


SOLUTION = p99
WRONG = {
    "as it was": (as_it_was, "has the place 98"),
    "averages percentiles": (averaged, "percentiles cannot be averaged"),
    "the largest percentile": (largest, "the largest of the minutes' percentiles is not that of all"),
    "leaves out who got no answer": (survivors, "3 of 100 got no answer"),
    "one place too high": (one_too_high, "has the place 98"),
    "the mean": (mean, "has the place 98"),
    "sorts what it was given": (in_place, "the lists have changed"),
}
