"""Who is there, and who hears what.

Nothing in it waits: each of its calls is done for all before another begins.  That is what gives everybody the same
order, and why nobody comes or goes while a line is given out.  Whom a line is too much for is not taken out here, in
the middle of it: their outbox has ended, and their own task makes them leave, in its turn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from labkit.servers.chat.commands import Refused, key
from labkit.servers.chat.outbox import Outbox


@dataclass(frozen=True, eq=False)
class Member:
    """Somebody who has a name here."""

    name: str
    outbox: Outbox


class Room:
    """Names and their outboxes.  counts: joined, left, said and told, of members and messages."""

    def __init__(self, counts: Counter[str] | None = None) -> None:
        self.counts: Counter[str] = Counter() if counts is None else counts
        self._members: dict[str, Member] = {}

    @property
    def names(self) -> list[str]:
        """Who is here, in the order of coming."""
        return [member.name for member in self._members.values()]

    @property
    def full(self) -> bool:
        """Has somebody no room for one more line?"""
        return any(member.outbox.full for member in self._members.values())

    @property
    def waiting(self) -> dict[str, int]:
        """How many lines wait for each member."""
        return {member.name: len(member.outbox) for member in self._members.values()}

    def join(self, name: str, outbox: Outbox) -> Member:
        """Take somebody in, and tell all.  Raises Refused if the name is taken."""
        if taken := self._members.get(key(name)):
            raise Refused(f"{taken.name} is here already; take another name")
        member = Member(name, outbox)
        outbox.put(f"WELCOME {name}")
        self._give(f"JOINED {name}")
        self._members[key(name)] = member
        self.counts["joined"] += 1
        return member

    def say(self, member: Member, text: str) -> None:
        """Everybody hears it, whoever says it too: that is their receipt."""
        self.counts["said"] += 1
        self._give(f"SAID {member.name} {text}")

    def tell(self, member: Member, name: str, text: str) -> None:
        """One hears it, and whoever tells it.  Raises Refused if nobody has that name."""
        other = self._members.get(key(name))
        if other is None:
            raise Refused(f"nobody here is called {name}")
        self.counts["told"] += 1
        for hearer in dict.fromkeys((member, other)):  # who tells themselves hears it once
            hearer.outbox.put(f"TOLD {member.name} {other.name} {text}")

    def leave(self, member: Member) -> None:
        """Forget somebody, and tell the others; nothing if they have left already."""
        if not self.has(member):
            return
        del self._members[key(member.name)]
        self.counts["left"] += 1
        self._give(f"LEFT {member.name}")

    def has(self, member: Member) -> bool:
        """Are they here?"""
        return self._members.get(key(member.name)) is member

    def close(self) -> None:
        """Forget all, and tell nobody."""
        self.counts["left"] += len(self._members)
        self._members.clear()

    def _give(self, line: str) -> None:
        for member in self._members.values():
            member.outbox.put(line)
