"""Exercise: a bucket of tokens for each client, under a scripted crowd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.words import say

RATE, BURST = 2, 4
CROWD = 50
MADE = f"Limiter(rate={RATE}, burst={BURST})"


class Asking:
    """A learner's limiter, and the story's clients who ask it."""

    def __init__(self, tale: Tale, limiter: Callable[..., Any]) -> None:
        self.tale = tale
        self.limiter = tale.call(limiter, RATE, BURST, shown=MADE)

    def ask(self, client: str, times: Sequence[float]) -> list[Any]:
        """What it says to this client at these times."""

        def all_of_them() -> list[Any]:
            return [self.limiter.allows(client, now) for now in times]

        return self.tale.call(all_of_them, shown=f"allows({client!r}, {times[0]!r})")

    def expect(self, client: str, times: Sequence[float], wanted: Sequence[bool], because: str) -> None:
        """It should say so."""
        several = len(set(times)) == 1 and len(times) > 1
        template = "allows({client!r}, {at}), {n} times" if several else "allows({client!r}, now) at {at}"
        at = repr(times[0]) if several else ", ".join(map(repr, times))
        shown = say(template, client=client, at=at, n=len(times))
        found = self.ask(client, times)
        if found != list(wanted) and list(map(bool, found)) == list(wanted):
            self.tale.fail(
                "{shown} returned {found!r}:\nwhat is let through is right; say it by True and False",
                shown=shown,
                found=found,
            )
        self.tale.expect(shown, found, list(wanted), because=because)


def _story(tale: Tale, limiter: Callable[..., Any]) -> None:
    asking = Asking(tale, limiter)
    tale.did("limiter = {made}", made=MADE)
    asking.expect(
        "ada",
        [0.0] * 5,
        [True] * 4 + [False],
        "a new client's bucket is full: as many requests as it holds (burst), and no more",
    )
    asking.expect("bob", [0.0], [True], "each client has a bucket of its own")
    asking.expect(
        "ada",
        [0.25, 0.5, 0.75, 1.0],
        [False, True, False, True],
        "2 tokens a second are half a token in 0.25 s; who is refused keeps it, and has a whole one at 0.5 s",
    )
    asking.expect(
        "ada",
        [3600.0] * 6,
        [True] * 4 + [False] * 2,
        "an hour later the bucket is full, and holds 4: what does not fit in is lost",
    )
    asking.expect(
        "eve",
        [10.75] * 4 + [11.0] * 4,
        [True] * 4 + [False] * 4,
        "a quarter of a second brings half a token, whatever second of the clock begins: nobody counts by the clock's"
        " seconds",
    )
    times = [quarter / 4 for quarter in range(40)]
    allowed = {f"c{number}": 0 for number in range(CROWD)}
    crowd = Asking(tale, limiter)

    def all_ask() -> None:
        for now in times:
            for client in allowed:
                allowed[client] += bool(crowd.limiter.allows(client, now))

    tale.call(all_ask, shown="allows(client, now)")
    for client, found in allowed.items():
        if found != 23:
            tale.fail(
                "{n} clients ask 4 times a second, for 10 s, side by side: each should be allowed 23 times, but"
                " {client} was"
                " {found} times",
                n=CROWD,
                client=client,
                found=found,
            )
    tale.did("{n} clients ask 4 times a second, for 10 s, side by side: each is allowed 23 times", n=CROWD)


EXERCISE = Exercise(
    "limiter",
    "Limit each client's rate",
    _story,
    hints=(
        "Nothing needs to run in the background. When a client asks, you know how long ago it asked last; so you know"
        " how"
        " many tokens have come since.",
        "Keep two numbers for each client: its tokens, and when you counted them. First add what has come since then,"
        " at"
        " most up to burst; keep both numbers, also where you refuse; then take one token, if there is a whole one.",
        "tokens, at = self.clients.get(client, (self.burst, now))\n"
        "  tokens = min(self.burst, tokens + (now - at) * self.rate)\n"
        "  allowed = tokens >= 1\n"
        "  self.clients[client] = (tokens - allowed, now)\n"
        "  return allowed",
    ),
    place=1,
    steps=7,
    given=1,
)
