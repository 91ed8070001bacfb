"""Exercise: take out all who are gone, without skipping one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale

_SHOWN = "put_out(members, is_gone, tell)"
_SIX = ("ada", "bob", "cyd", "dan", "eve", "fay")


class Room:
    """Members, those of them who are gone, and what each was told.

    found   {who is told something: who is found to be gone by that}
    """

    def __init__(self, gone: tuple[str, ...], found: dict[str, str] | None = None) -> None:
        self.members = list(_SIX)
        self.gone, self.first = set(gone), frozenset(gone)
        self.told: list[tuple[str, str]] = []
        self._found = found or {}

    def is_gone(self, member: str) -> bool:
        """Is this member's connection broken?"""
        return member in self.gone

    def tell(self, member: str, line: str) -> None:
        """Write a line to a member; that may show that somebody's connection is broken."""
        self.told.append((member, line))
        if member in self._found:
            self.gone.add(self._found[member])

    def put_out(self, tale: Tale, put_out: Callable[..., Any]) -> None:
        """Call the learner's function, and hold what came of it against what should have."""
        tale.call(put_out, self.members, self.is_gone, self.tell, shown=_SHOWN)
        stay = [name for name in _SIX if name not in self.gone]
        for name in _SIX:
            if name in self.gone - self.first and name in self.members:
                tale.fail(
                    "{name} has gone while the others were told, and is still in the list, {members!r}:\n"
                    "telling may show that one more is gone; when all are told, look again",
                    name=name,
                    members=self.members,
                )
            if name in self.gone and name in self.members:
                tale.fail(
                    "{name} is gone, and still in the list, {members!r}:\n"
                    "whoever takes something out of a list moves what stands behind it; where does the loop go on?",
                    name=name,
                    members=self.members,
                )
        if self.members != stay:
            tale.fail(
                "{stay!r} should be in the list, but it is {members!r}", stay=stay, members=self.members
            )
        for name, line in self.told:
            if name in self.first:
                tale.fail(
                    "{name} is gone, and was told {line!r}:\ntake out all who are gone before you tell anybody",
                    name=name,
                    line=line,
                )
        for name in stay:
            for gone in sorted(self.gone):
                line = f"LEFT {gone}"
                if (times := self.told.count((name, line))) != 1:
                    tale.fail(
                        "{name} stays, and should be told {line!r} once, but was {times} times",
                        name=name,
                        line=line,
                        times=times,
                    )


def _story(tale: Tale, put_out: Callable[..., Any]) -> None:
    tale.did("members is the list {members!r}", members=list(_SIX))
    Room(("bob",)).put_out(tale, put_out)
    tale.did("bob is gone: he is out, and the other five are told 'LEFT bob'")
    Room(("bob", "cyd", "dan", "eve")).put_out(tale, put_out)
    tale.did("bob, cyd, dan and eve are gone, four in a row: all are out, and ada and fay are told of each")
    Room(("bob",), {"ada": "fay"}).put_out(tale, put_out)
    tale.did(
        "bob is gone, and while the others are told, fay goes too: she is out, and who stays is told of her"
    )
    room = Room(())
    room.put_out(tale, put_out)
    tale.did("nobody is gone: nobody is told anything")


EXERCISE = Exercise(
    "put-out",
    "Find the bug: take out all who are gone",
    _story,
    hints=(
        "A loop goes over a list by its places. When the list loses one, another moves to that place. Telling one may"
        " show that another is gone.",
        "First find who is gone, all of them; then take them out; then tell. And look again afterwards.",
        "while gone := [member for member in members if is_gone(member)]:\n"
        "      for member in gone:\n"
        "          members.remove(member)\n"
        "      for member in gone:\n"
        "          for other in members:\n"
        '              tell(other, f"LEFT {member}")',
    ),
    place=2,
    steps=5,
    given=1,
)
