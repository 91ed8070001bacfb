"""Exercise: a broadcast that survives whoever dies, leaves or comes in its middle."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.words import say

_LINE = b"SAID ada hello\n"
_SHOWN = "broadcast(members, line)"
_NAMES = ("ada", "bob", "eve")


class Member:
    """Somebody in the room, as an asyncio writer: write(), and drain(), during which something happens."""

    def __init__(self, number: int, name: str) -> None:
        self.number, self.name = number, name
        self.got: list[bytes] = []
        self.meanwhile: Callable[[], Any] = lambda: None  # while drain() waits

    def __hash__(self) -> int:
        return self.number  # a set then goes over them in this order, in every run

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return self.name

    def write(self, data: bytes) -> None:
        """Note what is written."""
        self.got.append(bytes(data))

    async def drain(self) -> None:
        """Wait a turn, in which something happens."""
        await asyncio.sleep(0)
        self.meanwhile()

    def close(self) -> None:
        """A writer has one, too; nothing follows from it here."""


def _story(tale: Tale, broadcast: Callable[..., Any]) -> None:
    _is_written(tale, broadcast)
    _dies(tale, broadcast)
    _leaves(tale, broadcast)
    _comes(tale, broadcast)
    _is_cancelled(tale, broadcast)


def _three() -> tuple[set[Member], list[Member]]:
    people = [Member(number, name) for number, name in enumerate(_NAMES)]
    return set(people), people


def _run(broadcast: Callable[..., Any], members: set[Member]) -> None:
    asyncio.run(broadcast(members, _LINE))


def _hold(tale: Tale, people: list[Member], names: tuple[str, ...], when: str, because: str) -> None:
    for person in people:
        if person.name in names and person.got != [_LINE]:
            tale.fail(
                "{when}; {name} should get {line!r} once, and got {got!r}:\n{because}",
                when=say(when),
                name=person.name,
                line=_LINE,
                got=person.got,
                because=say(because),
            )


def _is_written(tale: Tale, broadcast: Callable[..., Any]) -> None:
    members, people = _three()
    tale.call(_run, broadcast, members, shown=_SHOWN)
    _hold(tale, people, _NAMES, "ada, bob and eve are in the room", "write it to each, and await drain()")
    tale.did("ada, bob and eve are in the room: each gets the line")


def _dies(tale: Tale, broadcast: Callable[..., Any]) -> None:
    members, people = _three()

    def broken() -> None:
        raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))

    people[1].meanwhile = broken
    tale.did("bob's connection breaks while the line is written to it: drain() raises ConnectionResetError")
    tale.call(_run, broadcast, members, shown=_SHOWN)
    _hold(tale, people, ("ada", "eve"), "bob has died", "whoever dies must not take the others along")
    if people[1] in members:
        tale.fail("bob has died, and is still among the members:\nthe next line would be written to him, too")
    tale.did("the others get the line all the same, and bob is no member any more")


def _leaves(tale: Tale, broadcast: Callable[..., Any]) -> None:
    members, people = _three()
    people[0].meanwhile = lambda: members.discard(people[1])
    tale.did("bob leaves while the line is written to ada: his own task takes him out of the set")
    tale.call(_run, broadcast, members, shown=_SHOWN)
    _hold(tale, people, ("ada", "eve"), "bob has left", "go on where you are, over what does not change")
    tale.did("ada and eve get the line, once")


def _comes(tale: Tale, broadcast: Callable[..., Any]) -> None:
    members, people = _three()
    dan = Member(3, "dan")
    people[0].meanwhile = lambda: members.add(dan)
    tale.did("dan comes while the line is written to ada")
    tale.call(_run, broadcast, members, shown=_SHOWN)
    _hold(tale, people, _NAMES, "dan has come", "go on where you are, over what does not change")
    if dan not in members:
        tale.fail(
            "dan has come in the middle, and is no member afterwards:\nchange the set, do not replace what is in it"
        )
    tale.did("ada, bob and eve get the line, once, and dan is a member")


def _is_cancelled(tale: Tale, broadcast: Callable[..., Any]) -> None:
    members, people = _three()

    async def cancelled() -> bool:
        task = asyncio.create_task(broadcast(members, _LINE))
        people[1].meanwhile = task.cancel
        await asyncio.wait({task})
        return task.cancelled()

    if not tale.call(lambda: asyncio.run(cancelled()), shown=_SHOWN):
        tale.fail(
            "the server stops, and cancels the task in the middle of the line:\n"
            "it should end by CancelledError, and went on; catch what a dead connection raises, and nothing else"
        )
    tale.did("the server stops, and cancels the task in the middle of a line: it ends")


EXERCISE = Exercise(
    "chat-broadcast",
    "Survive a death in the middle of a broadcast",
    _story,
    hints=(
        "At each await the room may become another one. And that one has died is no reason to stop.",
        "Go over a copy of the set. Catch what a dead connection raises for each member by itself, inside the loop, and"
        " take that one out.",
        "for member in tuple(members):\n"
        "      try:\n"
        "          member.write(line)\n"
        "          await member.drain()\n"
        "      except OSError:\n"
        "          members.discard(member)",
    ),
    place=1,
    steps=8,
    given=0,
    coroutine=True,
)
