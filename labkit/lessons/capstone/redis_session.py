"""Stage 3: find the bugs in a conversation that many clients have at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.learn.checking.check import started
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NotStarted, Tale
from labkit.lessons.capstone.lines import BROKEN, REFUSED, Words, obey
from labkit.words import say

SHOWN = "session.receive(data)"


class Talk:
    """Sessions of the learner's class, and what they are told."""

    def __init__(self, tale: Tale, session: Callable[..., Any]) -> None:
        self.tale, self.session, self.store = tale, session, dict[bytes, bytes]()

    def client(self) -> Any:
        """One more client."""
        return self.tale.call(
            self.session, obey, self.store, Words(), shown="Session(execute, store, commands)"
        )

    def receives(self, session: Any, data: bytes, wanted: bytes, who: str, because: str) -> None:
        """A client sends, and should get this answer."""
        found = self.tale.call(session.receive, data, shown=SHOWN)
        if found != wanted:
            self.tale.fail(
                "{who} sends {data!r}, and should get {wanted!r}, but got {found!r}:\n{because}",
                who=say(who),
                data=data,
                wanted=wanted,
                found=found,
                because=say(because),
            )
        self.tale.did("{who} sends {data!r}, and gets {found!r}", who=say(who), data=data, found=found)


ASKED = b"SET c 1\nNOPE\nGET c\nHELLO 3\nGET no\n"
WANTED = b"+OK\r\n-%b\r\n$1\r\n1\r\n%%1\r\n$5\r\nproto\r\n:3\r\n_\r\n" % REFUSED.encode()


def _every_cut(talk: Talk) -> None:
    """One conversation, in two pieces, cut at every place, and in single bytes."""
    cuts = [(ASKED[:at], ASKED[at:]) for at in range(len(ASKED) + 1)]
    cuts.append(tuple(ASKED[at : at + 1] for at in range(len(ASKED))))  # type: ignore[arg-type]  # of any length

    def tried() -> tuple[tuple[bytes, ...], bytes] | None:
        for pieces in cuts:
            session = talk.session(obey, {}, Words())
            if (got := b"".join(session.receive(piece) for piece in pieces)) != WANTED:
                return pieces, got
        return None

    if (wrong := talk.tale.call(tried, shown=SHOWN)) is not None:
        talk.tale.fail(
            "a client sends these pieces:\n{pieces}\nand should get {wanted!r}, but got {got!r}",
            pieces="\n".join(map(repr, wrong[0])),
            wanted=WANTED,
            got=wrong[1],
        )
    talk.tale.did("five commands, cut at every place and into single bytes: the answers are the same")


def _session(tale: Tale, session: Callable[..., Any]) -> None:
    if not isinstance(session, type):
        tale.fail("check the class Session, by its name without brackets (got {session!r})", session=session)
    if not started(getattr(session, "receive", None)):
        raise NotStarted
    talk = Talk(tale, session)
    ada, bob = talk.client(), talk.client()
    talk.receives(ada, b"SET name Ada\n", b"+OK\r\n", "ada", "the answer to the one command")
    talk.receives(bob, b"GET na", b"", "bob", "nothing is whole yet")
    talk.receives(bob, b"me\n", b"$3\r\nAda\r\n", "bob", "all clients have the same store")
    talk.receives(
        ada,
        b"SET a 1\nGET a\nGET b\n",
        b"+OK\r\n$1\r\n1\r\n$-1\r\n",
        "ada",
        "a client may send a command before it has the answer to the one before: each has its answer, in order",
    )
    talk.receives(
        ada,
        b"HELLO 3\nGET b\n",
        b"%1\r\n$5\r\nproto\r\n:3\r\n_\r\n",
        "ada",
        "the answer to HELLO is in the new protocol already: look at the protocol when the command is done",
    )
    talk.receives(
        bob,
        b"GET b\n",
        b"$-1\r\n",
        "bob",
        "ada has said HELLO 3, and bob has not: what a client has said holds for its own conversation",
    )
    talk.receives(
        bob,
        b"NOPE\nGET a\n",
        b"-%b\r\n$1\r\n1\r\n" % REFUSED.encode(),
        "bob",
        "what execute() refuses is answered with its words, and the conversation goes on",
    )
    _every_cut(talk)
    eve = talk.client()
    talk.receives(
        eve,
        b"GET a\n!\nGET a\n",
        b"$1\r\n1\r\n-%b\r\n" % BROKEN.encode(),
        "eve",
        "feed() gave a ValueError among the commands: it is answered as it is, and not executed",
    )
    for who, each, wanted in (("eve", eve, True), ("bob", bob, False)):
        if (over := getattr(each, "over", None)) is not wanted:
            tale.fail(
                "{who}'s session.over should be {wanted}, but is {over!r}:\n"
                "behind a ValueError among the commands nothing can be read; behind one of execute() all can",
                who=who,
                wanted=wanted,
                over=over,
            )
    tale.did("eve's session is over, and bob's is not")


EXERCISE = Exercise(
    "redis-session",
    "Stage 3: find what a conversation shares with others, and what it forgets",
    _session,
    hints=(
        "Which of these names belong to one client, and which to all? And what of a piece that brings more than one"
        " command, or one that is refused?",
        "What is assigned in the body of a class is one object for all. `return` ends the loop at its first turn."
        " `execute` raises ValueError; an error is a value that encode() knows.",
        "answers = []\n"
        "  for command in self.commands.feed(data):\n"
        "      try:\n"
        "          if isinstance(command, ValueError):\n"
        "              self.over = True\n"
        "              raise command\n"
        "          value = self.execute(self.store, self.client, command)\n"
        "      except ValueError as error:\n"
        "          value = error\n"
        '      answers.append(encode(value, self.client["protocol"]))\n'
        '  return b"".join(answers)      # and self.client = {"protocol": 2} in __init__',
    ),
    place=3,
    steps=10,
    given=3,
)
