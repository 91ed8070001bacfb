"""A client that asks by datagrams: ids, timeouts, retries, and answers that came too late."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from itertools import count, islice
from typing import Any

from labkit.learn.checking.check import started
from labkit.learn.kit.exercise import Exercise, Variants
from labkit.learn.kit.tale import LOOKS, NotStarted, Running, Tale
from labkit.lessons.datagrams.ids import IDS, Ids, told
from labkit.lessons.datagrams.remarks import about, about_value, is_error
from labkit.lessons.datagrams.scripted import Scripted
from labkit.running.patience import Patience
from labkit.running.tracebacks import named
from labkit.words import say

CALM_S = 2.0  # a first wait that no answer of ours misses
WAIT_S = 0.2
MANY = 20  # tries, so that who waits as long each time has one left when a machine has stood still
STRAYS_S = 0.6
PATIENCE_S = 5.0
ENOUGH_S = 4.0


def _ask_again(agreed: Ids, tale: Tale, client: Any) -> None:
    ask = getattr(client, "ask", None)
    if not isinstance(client, type) or ask is None:
        template = "check the class that has ask(question), by its name without brackets (got {client!r})"
        tale.fail(template, client=client)
    if not started(ask):
        raise NotStarted
    server = Scripted(tale, agreed)
    asker = tale.call(client, server.sock, shown="Client(sock)")
    _answered(tale, server, asker, told(agreed))
    _lost(tale, server, asker)
    _late(tale, server, asker)
    _strays(tale, server, asker)
    _large(tale, server, asker)
    _silence(tale, server, asker)


def _begin(tale: Tale, asker: Any, question: bytes, first_s: float, tries: int = 3) -> Running:
    return tale.start(
        asker.ask, question, tries, first_s, shown=f"asker.ask({question!r}, {tries}, {first_s:g})"
    )


def _got(tale: Tale, running: Running, question: bytes, wanted: bytes, why: str) -> None:
    tale.wait(lambda: running.done, PATIENCE_S)
    if not running.done:
        template = "ask({question!r}) was still waiting {seconds:g} s after its answer had been sent:\n{why}"
        tale.fail(template, question=question, seconds=PATIENCE_S, why=why)
    error = running.error()
    if error is not None:
        if why := about(error, why):
            tale.fail(
                "ask({question!r}) raised {error}:\n{why}", question=question, error=named(error), why=why
            )
        tale.fail("ask({question!r}) raised {error}", question=question, error=named(error))
    found = running.finish()
    if found != wanted or not isinstance(found, (bytes, bytearray)):
        tale.fail(
            "ask({question!r}) should return {wanted}, but returned {found}:\n{why}",
            question=question,
            wanted=_short(wanted),
            found=_short(found),
            why=about_value(found, why),
        )


def _short(value: Any) -> str:
    if isinstance(value, (bytes, bytearray)) and len(value) > 40:
        return say("{n:,} bytes", n=len(value))
    return repr(value)


def _answered(tale: Tale, server: Scripted, asker: Any, agreed: str) -> None:
    for question, text in ((b"ann", b"10"), (b"ben", b"")):
        running = _begin(tale, asker, question, CALM_S)
        server.heard(running, question, say("send the question first"))
        server.answer(question, text)
        empty = say("an answer may be empty, and is one all the same")
        _got(tale, running, question, text, agreed if text else empty)
        tale.did(
            "the server answers {question!r} at once: ask() returned {text!r}", question=question, text=text
        )


def _lost(tale: Tale, server: Scripted, asker: Any) -> None:
    running = _begin(tale, asker, b"cara", WAIT_S, MANY)
    server.heard(running, b"cara", say("send the question first"))
    server.heard(running, b"cara", say("the first copy is lost; ask again when first_s is over"))
    server.answer(b"cara", b"30")
    _got(tale, running, b"cara", b"30", say("the answer to the second copy is the answer"))
    tale.did("the first copy of b'cara' is lost: it came again, with the same id, and ask() returned b'30'")


def _late(tale: Tale, server: Scripted, asker: Any) -> None:
    server.answer(b"cara", b"30")
    running = _begin(tale, asker, b"dan", CALM_S)
    server.heard(running, b"dan", say("a late answer to b'cara' lies there; pass it over, and ask your own"))
    server.answer(b"dan", b"40")
    _got(
        tale,
        running,
        b"dan",
        b"40",
        say("b'30' was a late answer to b'cara': look at the id, pass it over, and wait on"),
    )
    tale.did("a late answer to b'cara' comes first: ask(b'dan') passed it over and returned b'40'")


def _questions(question: bytes) -> Iterator[bytes]:
    """One for each look: a question that is asked anew is another one, with an id of its own."""
    return (b"%b %d" % (question, number) if number > 1 else question for number in count(1))


def _strays(tale: Tale, server: Scripted, asker: Any) -> None:
    for question in islice(_questions(b"eve"), LOOKS):
        # Where no stray comes for so long, a wait that each of them begins anew is over, too.
        if _passes_over(tale, server, asker, question) < WAIT_S / 2:
            break
    tale.did("strays come all the time: ask(b'eve') asked again in time all the same, and returned b'50'")


def _passes_over(tale: Tale, server: Scripted, asker: Any, question: bytes) -> float:
    """It asks again though strays come; returns for how many seconds none may have come, at the longest."""
    asked = last = time.monotonic()
    running = _begin(tale, asker, question, WAIT_S, MANY)
    server.heard(running, question, say("send the question first"))
    begun, longest = time.monotonic(), 0.0
    while time.monotonic() - begun - tale.pulse.still(begun) < STRAYS_S and not running.done:
        server.stray(question)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
        if server.hear(question, WAIT_S / 4):
            break
    else:
        server.heard(
            running,
            question,
            say("each stray answer begins the wait anew; the time of one try is over when first_s is over"),
            seconds=WAIT_S / 4,
        )
    longest = max(longest, time.monotonic() - last, tale.pulse.still(asked))
    server.answer(question, b"50")
    _got(tale, running, question, b"50", say("strays have another id: pass them over"))
    return longest


def _large(tale: Tale, server: Scripted, asker: Any) -> None:
    running = _begin(tale, asker, b"all", CALM_S)
    server.heard(running, b"all", say("send the question first"))
    large = b"0123456789" * 200
    server.answer(b"all", large)
    _got(tale, running, b"all", large, say("recv(65_535) has room for any datagram"))
    tale.did("an answer of {n:,} bytes came whole", n=len(large))


def _silence(tale: Tale, server: Scripted, asker: Any) -> None:
    for question in islice(_questions(b"fay"), LOOKS):
        _asks_three_times(tale, server, asker, question)
        if _waits_longer(tale, *server.sends(3)):
            break
    tale.did("nobody answers: three copies, each wait twice as long as the one before, and TimeoutError")


def _asks_three_times(tale: Tale, server: Scripted, asker: Any, question: bytes) -> None:
    running, copies = _begin(tale, asker, question, WAIT_S), 0
    patience = Patience(ENOUGH_S)
    while copies < 4:
        over = running.done  # what it has sent by then is under way
        if server.hear(question, 1.0 if over else WAIT_S / 4):
            copies += 1
        elif over or not patience.left():
            break
    if copies != 3:
        template = "nobody answers, and tries=3: the server should get 3 copies, but got {copies}"
        tale.fail(template, copies=say("a fourth") if copies > 3 else copies)
    error = running.error(ENOUGH_S)
    if error is None:
        found = running.finish()
        if is_error(found):
            tale.fail("nobody answers: ask() returned {found!r};\nwrite raise, not return", found=found)
        tale.fail("nobody answers: ask() should raise TimeoutError, but returned {found!r}", found=found)
    if not isinstance(error, TimeoutError):
        tale.fail("nobody answers: ask() should raise TimeoutError, but raised {error}", error=named(error))


def _waits_longer(tale: Tale, one: float, two: float, three: float) -> bool:
    """Has it waited longer each time?  False where that may have been the machine's doing, which stood still."""
    first, second = two - one, three - two
    if first < 0.9 * WAIT_S or second < 1.8 * WAIT_S:
        tale.fail(
            "nobody answers: the second copy left {first:.1f} s after the first, the third {second:.1f} s after that;\n"
            "wait first_s, and twice as long after each copy: a busy server needs time, not copies",
            first=first,
            second=second,
        )
    still = tale.pulse.still
    return first - still(one, two) > 0.6 * WAIT_S and second - still(two, three) > 1.4 * WAIT_S


def _exercise(agreed: Ids) -> Exercise:
    width = agreed.width
    places = (f"-{width}:", f":-{width}") if agreed.behind_answer else (f":{width}", f"{width}:")
    return Exercise(
        id="ask-again",
        title="Ask by datagrams, and get one answer",
        story=partial(_ask_again, agreed),
        hints=(
            "One question is one id, in all its copies; the next question has another. What comes with another id"
            " belongs to somebody else's question, or to an earlier one of yours, and changes nothing: not even how"
            " long you wait.",
            "Two loops. The outer one sends and sets a deadline, monotonic() + the wait; the inner one receives,"
            " with settimeout(what is left until the deadline), until the id fits or the time is over. Then the wait"
            " doubles.",
            say(
                "self.last += 1; id = self.last.to_bytes({width}, 'big'); wait = first_s\n"
                "  for _ in range(tries):\n"
                "      ...  # send id and question\n"
                "      until = monotonic() + wait\n"
                "      while (left := until - monotonic()) > 0:\n"
                "          self.sock.settimeout(left)\n"
                "          try: answer = self.sock.recv(65_535)\n"
                "          except TimeoutError: break\n"
                "          if answer[{id}] == id: return answer[{text}]\n"
                "      wait *= 2",
                width=width,
                id=places[0],
                text=places[1],
            ),
        ),
        needs_network=True,
        points=2,
        place=2,
        steps=7,
    )


EXERCISE = Variants(IDS, told, _exercise).exercise()
