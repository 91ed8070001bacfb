"""The solution of ask-again, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import time


class Client:
    def __init__(self, sock):
        self.sock = sock
        self.last = 0

    def ask(self, question, tries=3, first_s=0.5):
        self.last += 1
        id, wait = self.last.to_bytes(4, "big"), first_s
        for _ in range(tries):
            self.sock.send(id + question)
            until = time.monotonic() + wait
            while (left := until - time.monotonic()) > 0:
                self.sock.settimeout(left)
                try:
                    answer = self.sock.recv(65_535)
                except TimeoutError:
                    break
                if answer[:4] == id:
                    return answer[4:]
            wait *= 2
        raise TimeoutError(f"no answer to {tries} copies")


class Simple(Client):
    """One try after the other, each with what the wrong ones below do otherwise."""

    size, double, most = 65_535, True, None

    def new_id(self):
        self.last += 1
        return self.last.to_bytes(4, "big")

    def ask(self, question, tries=3, first_s=0.5):
        id, wait, count = self.new_id(), first_s, 0
        while count < (self.most or tries):
            count += 1
            self.sock.send(id + question)
            until = time.monotonic() + wait
            while (left := until - time.monotonic()) > 0:
                self.sock.settimeout(self.left(left, wait))
                try:
                    answer = self.sock.recv(self.size)
                except TimeoutError:
                    break
                if self.fits(answer, id):
                    return self.text(answer)
            wait *= 2 if self.double else 1
        return self.end()

    def left(self, left, wait):
        return left

    def fits(self, answer, id):
        return answer[:4] == id

    def text(self, answer):
        return answer[4:]

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
        if answer[:4] != id:
            raise ValueError("not my answer")
        return True


class WantsWords(Simple):
    def fits(self, answer, id):
        return answer[:4] == id and len(answer) > 4


class OneIdForAll(Simple):
    def new_id(self):
        return b"\0\0\0\1"


class WithItsId(Simple):
    def text(self, answer):
        return answer


class ReturnsNothing(Simple):
    def end(self):
        return None


class AnewForEachStray(Client):
    def ask(self, question, tries=3, first_s=0.5):
        self.last += 1
        id, wait = self.last.to_bytes(4, "big"), first_s
        for _ in range(tries):
            self.sock.send(id + question)
            self.sock.settimeout(wait)
            try:
                while (answer := self.sock.recv(65_535))[:4] != id:
                    pass
                return answer[4:]
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


class NoId(Client):
    def ask(self, question, tries=3, first_s=0.5):
        self.sock.settimeout(first_s)
        self.sock.send(question)
        return self.sock.recv(65_535)


SOLUTION = Client
WRONG = {
    "no id": (NoId, "four bytes of id"),
    "asks once": (AsksOnce, "the first copy is lost"),
    "a new id for each copy": (NewIdForEachCopy, "with another id"),
    "one id for all": (OneIdForAll, "has the id of"),
    "takes what comes": (TakesWhatComes, "was a late answer to b'cara'"),
    "raises at a stranger": (RaisesAtAStranger, "pass it over, and wait on"),
    "begins to wait anew for each stray": (AnewForEachStray, "each stray answer begins the wait anew"),
    "512 bytes": (SmallBuffer, "recv(65_535) has room"),
    "no empty answer": (WantsWords, "an answer may be empty"),
    "the id, too": (WithItsId, "what follows the four bytes"),
    "asks for ever": (NeverEnds, "but got a fourth"),
    "waits as long each time": (SameWait, "twice as long after each copy"),
    "returns None": (ReturnsNothing, "should raise TimeoutError, but returned None"),
}
