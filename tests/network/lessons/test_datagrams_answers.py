"""Answers to the exercises of the lesson on datagrams: the last hints run, and every reasonable way is taken."""

from __future__ import annotations

import secrets
import select
import time
from socket import MSG_PEEK, MSG_TRUNC

import pytest
from exercises import assert_solved, of

from labkit.learn.checking.check import examine
from labkit.lessons.datagrams.ask_again import _exercise
from labkit.lessons.datagrams.ids import IDS

ASK = """
from time import monotonic  # as the lesson has it

class Client:
    def __init__(self, sock):
        self.sock, self.last = sock, 0

    def ask(self, question, tries=3, first_s=0.5):
"""


@pytest.mark.parametrize("agreed", IDS[:4], ids=str)
def test_the_last_hint_of_ask_again_is_code_that_runs(agreed):
    exercise = _exercise(agreed)
    send = "self.sock.send(question + id)" if agreed.behind_question else "self.sock.send(id + question)"
    body = "\n".join(f"      {line}" for line in f"  {exercise.hints[2]}".splitlines())
    names = {"__name__": __name__}
    source = body.replace("...  # send id and question", send)
    assert send in source
    exec(ASK + source + "\n        raise TimeoutError", names)
    assert_solved(exercise, names["Client"])


# -- right answers, of other styles than the solution's -------------------------------------------------------


def looks_first(sock, most):
    size = sock.recv_into(bytearray(1), 1, MSG_PEEK | MSG_TRUNC)
    data = sock.recv(most)
    if size > most:
        raise ValueError(size)
    return data


def room_for_one_more(sock, most):
    data, _whose = sock.recvfrom(most + 1)
    if len(data) > most:
        raise ValueError
    return data


def room_for_any(sock, most):
    if len(data := sock.recv(65_535)) > most:
        raise ValueError("too long")
    return data


def into_a_buffer(sock, most):
    buffer = bytearray(most + 1)
    count = sock.recv_into(buffer)
    if count == most + 1:
        raise ValueError("too long")
    return buffer[:count]


def the_real_length(sock, most):
    buffer = bytearray(most)
    size, _, flags, _ = sock.recvmsg_into([buffer])
    time.sleep(0.2)  # slow
    if flags & MSG_TRUNC:
        raise ValueError("too long")
    return bytes(buffer[:size])


@pytest.mark.parametrize(
    "receive", [looks_first, room_for_one_more, room_for_any, into_a_buffer, the_real_length]
)
def test_whole_datagram_takes_every_reasonable_way(receive):
    assert_solved(of("whole-datagram")[0], receive)


class Simple:
    """The id drawn at random, and one deadline a copy, by select."""

    def __init__(self, sock):
        self.sock = sock

    def new_id(self):
        return secrets.token_bytes(4)

    def ask(self, question, tries=3, first_s=0.5):
        id = self.new_id()
        for number in range(tries):
            self.sock.send(id + question)
            answer = self.answer(id, time.monotonic() + first_s * 2**number)
            if answer is not None:
                return answer
        raise TimeoutError

    def answer(self, id, until):
        while (left := until - time.monotonic()) > 0:
            if select.select([self.sock], [], [], left)[0]:
                data = self.sock.recv(65_535)
                if data.startswith(id):
                    return data[4:]
        return None


class Polls(Simple):
    def answer(self, id, until):
        self.sock.setblocking(False)
        while time.monotonic() < until:
            try:
                data = self.sock.recv(65_535)
            except BlockingIOError:
                time.sleep(0.005)
            else:
                if data[:4] == id:
                    return data[4:]
        return None


class EmptiesFirst(Simple):
    """What an earlier question left is thrown away before the next one is asked."""

    def ask(self, question, tries=3, first_s=0.5):
        while select.select([self.sock], [], [], 0)[0]:
            self.sock.recv(65_535)
        return super().ask(question, tries, first_s)


class Counts(Simple):
    last = 0xFFFF_FFF0

    def new_id(self):
        self.last = (self.last + 1) % 2**32
        return self.last.to_bytes(4, "little")


class CallsItself(Simple):
    def ask(self, question, tries=3, first_s=0.5, id=None):
        id = id or self.new_id()
        if tries == 0:
            raise TimeoutError("nobody answers")
        self.sock.send(id + question)
        answer = self.answer(id, time.monotonic() + first_s)
        return self.ask(question, tries - 1, 2 * first_s, id) if answer is None else answer


class Slow(Simple):
    def new_id(self):
        time.sleep(0.3)
        return super().new_id()


@pytest.mark.parametrize("client", [Simple, Polls, EmptiesFirst, Counts, CallsItself, Slow])
def test_ask_again_takes_every_reasonable_way(client):
    assert_solved(of("ask-again")[0], client)


@pytest.mark.parametrize("name", ["knows no clock", "knows no clock, before it asks", "does not wait"])
def test_a_slip_in_the_code_is_told_without_a_word_on_ids(name):
    exercise, answers = of("ask-again")
    told = str(examine(exercise, answers.WRONG[name][0]).wrong)
    assert "stands before" not in told and "send the question first" not in told, told
