"""The solution of last-seen, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from itertools import pairwise


def last_seen(segments, seen):
    near, far = 0, len(segments)
    while far - near > 1:
        middle = (near + far) // 2
        if seen(segments[middle]):
            near = middle
        else:
            far = middle
    return segments[near]


def one_by_one(segments, seen):
    for here, there in pairwise(segments):
        if not seen(there):
            return here
    return segments[-1]


def the_first_not_seen(segments, seen):
    near, far = 0, len(segments)
    while far - near > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if seen(segments[middle]) else (near, middle)
    return segments[far] if far < len(segments) else None


def asks_what_is_known(segments, seen):
    near, far = -1, len(segments)
    while far - near > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if seen(segments[middle]) else (near, middle)
    return segments[near]


def never_the_last(segments, seen):
    near, far = 0, len(segments) - 1
    while far - near > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if seen(segments[middle]) else (near, middle)
    return segments[near]


def goes_round(segments, seen):
    near, far = 0, len(segments)
    while near < far:
        middle = (near + far) // 2
        near, far = (middle, far) if seen(segments[middle]) else (near, middle)
    return segments[near]


def wants_three(segments, seen):
    if len(segments) < 3:
        return segments[0]
    return last_seen(segments, seen)


def looks_beyond(segments, seen):
    seen("s9")
    return last_seen(segments, seen)


SOLUTION = last_seen
WRONG = {
    "one by one": (one_by_one, "it looks 7 times, where 3 are enough"),
    "the first on which it is not seen": (the_first_not_seen, "is one too far"),
    "asks what is known": (asks_what_is_known, "it looks 4 times, where 3 are enough"),
    "never the last": (never_the_last, "seen as far as s8; last_seen(segments, seen) should return 's8'"),
    "goes round for ever": (goes_round, "was still not done after 2 s"),
    "wants three": (wants_three, "one look tells them apart"),
    "looks beyond": (looks_beyond, "it looks at 's9': that is none of them"),
}
