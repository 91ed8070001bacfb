"""The solution of ask-again, and wrong answers with words that each must be told: for each way to bear an id."""

from __future__ import annotations

import time

from labkit.lessons.datagrams.ids import IDS, told

SOURCE = """from time import monotonic


class Client:
    def __init__(self, sock):
        self.sock, self.last = sock, 0

    def ask(self, question, tries=3, first_s=0.5):
        self.last += 1
        id, wait = self.last.to_bytes({width}, "big"), first_s
        for _ in range(tries):
            self.sock.send({datagram})
            until = monotonic() + wait
            while (left := until - monotonic()) > 0:
                self.sock.settimeout(left)
                try:
                    answer = self.sock.recv(65_535)
                except TimeoutError:
                    break
                if answer[{id_at}] == id:
                    return answer[{text_at}]
            wait *= 2
        raise TimeoutError(f"no answer to {{tries}} copies")
"""


def source(agreed):
    """The solution's text."""
    width = agreed.width
    return SOURCE.format(
        width=width,
        datagram="question + id" if agreed.behind_question else "id + question",
        id_at=f"-{width}:" if agreed.behind_answer else f":{width}",
        text_at=f":-{width}" if agreed.behind_answer else f"{width}:",
    )


def solution(agreed):
    names = {"__name__": __name__}
    exec(source(agreed), names)
    return names["Client"]


def wrong(agreed):
    """Wrong answers by name, each with words that it must be told."""
    Client = solution(agreed)
    width = agreed.width

    class Simple:
        """One try after the other, each with what the wrong ones below do otherwise."""

        size, double, most = 65_535, True, None

        def __init__(self, sock):
            self.sock, self.last = sock, 0

        def new_id(self):
            self.last += 1
            return self.last.to_bytes(width, "big")

        def ask(self, question, tries=3, first_s=0.5):
            id, wait, count = self.new_id(), first_s, 0
            while count < (self.most or tries):
                count += 1
                self.sock.send(question + id if agreed.behind_question else id + question)
                until = time.monotonic() + wait
                while (left := until - time.monotonic()) > 0:
                    self.sock.settimeout(left)
                    try:
                        answer = self.sock.recv(self.size)
                    except TimeoutError:
                        break
                    if self.fits(answer, id):
                        return self.text(answer)
                wait *= 2 if self.double else 1
            return self.end()

        def fits(self, answer, id):
            return (answer[-width:] if agreed.behind_answer else answer[:width]) == id

        def text(self, answer):
            return answer[:-width] if agreed.behind_answer else answer[width:]

        def end(self):
            raise TimeoutError

    class AsksOnce(Simple):
        most = 1

    class NeverEnds(Simple):
        most = 1_000
        double = False

    class SameWait(Simple):
        double = False

    class SmallBuffer(Simple):
        size = 512

    class TakesWhatComes(Simple):
        def fits(self, answer, id):
            return True

    class RaisesAtAStranger(Simple):
        def fits(self, answer, id):
            if not Simple.fits(self, answer, id):
                raise ValueError("not my answer")
            return True

    class WantsWords(Simple):
        def fits(self, answer, id):
            return Simple.fits(self, answer, id) and len(answer) > width

    class OneIdForAll(Simple):
        def new_id(self):
            return bytes(width)

    class WithItsId(Simple):
        def text(self, answer):
            return answer

    class ReturnsNothing(Simple):
        def end(self):
            return None

    class Decodes(Simple):
        def text(self, answer):
            return Simple.text(self, answer).decode()

    class DoesNotWait(Simple):
        def ask(self, question, tries=3, first_s=0.5):
            id = self.new_id()
            for number in range(tries):
                self.sock.send(question + id if agreed.behind_question else id + question)
                self.sock.settimeout(first_s * number)
                answer = self.sock.recv(65_535)
                if self.fits(answer, id):  # who is lucky has it there already
                    return self.text(answer)

    class KnowsNoClock(Simple):
        def fits(self, answer, id):
            return clock() > 0  # noqa: F821  the slip is the point

    class KnowsNoClockAtFirst(Simple):
        def new_id(self):
            return clock()  # noqa: F821

    class ReturnsTheError(Simple):
        def end(self):
            return TimeoutError

    class AnewForEachStray(Simple):
        def ask(self, question, tries=3, first_s=0.5):
            id, wait = self.new_id(), first_s
            for _ in range(tries):
                self.sock.send(question + id if agreed.behind_question else id + question)
                self.sock.settimeout(wait)
                try:
                    while not self.fits(answer := self.sock.recv(65_535), id):
                        pass
                    return self.text(answer)
                except TimeoutError:
                    wait *= 2
            raise TimeoutError

    class NewIdForEachCopy(Client):
        def ask(self, question, tries=3, first_s=0.5):
            for number in range(tries):
                try:
                    return super().ask(question, 1, first_s * 2**number)
                except TimeoutError:
                    pass
            raise TimeoutError

    class NoId(Simple):
        def ask(self, question, tries=3, first_s=0.5):
            self.sock.settimeout(first_s)
            self.sock.send(question)
            return self.sock.recv(65_535)

    return {
        "no id": (NoId, f"{width} bytes of id"),
        "asks once": (AsksOnce, "the first copy is lost"),
        "a new id for each copy": (NewIdForEachCopy, "with another id"),
        "one id for all": (OneIdForAll, "has the id of"),
        "takes what comes": (TakesWhatComes, "was a late answer to b'cara'"),
        "raises at a stranger": (RaisesAtAStranger, "pass it over, and wait on"),
        "begins to wait anew for each stray": (AnewForEachStray, "each stray answer begins the wait anew"),
        "512 bytes": (SmallBuffer, "recv(65_535) has room"),
        "no empty answer": (WantsWords, "an answer may be empty"),
        "the id, too": (WithItsId, told(agreed)),
        "asks for ever": (NeverEnds, "but got a fourth"),
        "waits as long each time": (SameWait, "twice as long after each copy"),
        "decodes": (Decodes, "do not decode"),
        "does not wait": (DoesNotWait, "settimeout(0) does not wait at all"),
        "knows no clock": (KnowsNoClock, "ask(b'ann') raised NameError: name 'clock' is not defined"),
        "knows no clock, before it asks": (
            KnowsNoClockAtFirst,
            "came, and ask() raised NameError: name 'clock'",
        ),
        "returns the error": (ReturnsTheError, "write raise, not return"),
        "returns None": (ReturnsNothing, "should raise TimeoutError, but returned None"),
    }


SOLUTION = solution(IDS[0])
WRONG = wrong(IDS[0])
