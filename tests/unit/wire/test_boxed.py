"""A port behind middle boxes: the order in which they are met, and where what they answer goes."""

from __future__ import annotations

import pytest

from labkit.wire.boxes.boxed import Boxed

MAC = b"\2\0\0\0\2\1"


class Port:
    descriptor = 7

    def __init__(self, *frames):
        self.frames, self.got = list(frames), []

    def receive(self, limit):
        taken, self.frames = self.frames[:limit], self.frames[limit:]
        return taken

    def send(self, frame):
        self.got.append(frame)
        return frame != MAC + b"full"

    def missed(self):
        return 3


class Marking:
    """Adds its letter on the way out and takes it away on the way in; keeps what it is told to, and may answer."""

    def __init__(self, letter, keeps=(), answers=True):
        self.letter, self.keeps, self.answers = letter, keeps, answers

    def leaving(self, frame, now):
        if frame in self.keeps:
            return None, b"back to " + frame if self.answers else None
        return frame + self.letter, None

    def arriving(self, frame, now):
        if frame in self.keeps:
            return None, b"re " + frame if self.answers else None
        return frame.removesuffix(self.letter), None

    def translates(self, frame, now):
        return frame.endswith(self.letter)


def boxed(port, firewall=None, nat=None):
    made = Boxed(port, MAC, lambda: 0)
    for kind, box in (("nat", nat), ("firewall", firewall)):
        if box is not None:
            made.put(kind, box)
    return made


def test_the_firewall_is_met_inside_of_the_nat_in_whatever_order_they_were_put():
    port = Port(b"x")
    made = boxed(port, Marking(b"f"), Marking(b"n"))
    assert made.receive(9) == [b"xfn"] and made.receive(9) == []
    assert made.send(MAC + b"yfn") and port.got == [MAC + b"y"]
    assert made.translates(b"xn") and not made.translates(b"x")
    assert (made.descriptor, made.missed()) == (7, 3)


def test_a_kernel_that_takes_nothing_is_told():
    assert not boxed(Port(), Marking(b"f")).send(MAC + b"full")


@pytest.mark.parametrize("answers", [True, False])
def test_what_the_outer_box_answers_a_leaving_frame_with_comes_in_through_the_inner_one(answers):
    port = Port(b"x", b"z")
    made = boxed(port, Marking(b"f"), Marking(b"n", keeps=[b"xf"], answers=answers))
    assert made.receive(9) == [b"zfn"]
    assert port.got == ([b"back to x"] if answers else [])


@pytest.mark.parametrize("answers", [True, False])
def test_what_the_inner_box_answers_an_arriving_frame_with_goes_out_through_the_outer_one(answers):
    port = Port(b"x")
    made = boxed(port, Marking(b"f", keeps=[MAC + b"y"], answers=answers), Marking(b"n"))
    assert made.send(MAC + b"yn") and port.got == []
    assert made.waiting == ([b"re " + MAC + b"yn"] if answers else [])
    assert made.receive(9) == [*made.waiting, b"xfn"] or answers
    assert made.waiting == []


def test_when_all_of_a_batch_is_kept_the_next_is_taken():
    """Else the wire would think that nothing is left."""
    port = Port(b"a", b"a", b"b")
    assert boxed(port, Marking(b"f", keeps=[b"a"])).receive(1) == [b"bf"]


def test_what_is_for_others_is_not_judged():
    port = Port()
    made = boxed(port, Marking(b"f", keeps=[b"for another"]))
    assert made.send(b"for another") and made.send(b"\xff" * 6 + b"f")
    assert port.got == [b"for another", b"\xff" * 6 + b"f"] and made.waiting == []
