"""The solution of quick-ticks, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import struct


class QuickTicks:
    def __init__(self):
        self.held = bytearray()

    def feed(self, data):
        self.held += data
        whole = len(self.held) - len(self.held) % 16
        ticks = list(struct.iter_unpack("!IdI", self.held[:whole]))
        del self.held[:whole]
        return ticks


class StillALoop(QuickTicks):
    def feed(self, data):
        self.held += data
        ticks, start = [], 0
        while len(self.held) >= start + 16:
            ticks.append(struct.unpack_from("!IdI", self.held, start))
            start += 16
        del self.held[:start]
        return ticks


class Views(QuickTicks):
    def feed(self, data):
        self.held += data
        view = memoryview(bytes(self.held))
        ends = range(16, len(view) + 1, 16)
        ticks = [struct.unpack("!IdI", view[end - 16 : end]) for end in ends]
        self.held = bytearray(view[len(ticks) * 16 :])
        return ticks


class DropsTheRest(QuickTicks):
    def feed(self, data):
        return list(struct.iter_unpack("!IdI", data[: len(data) // 16 * 16]))


class KeepsAll(QuickTicks):
    def feed(self, data):
        self.held += data
        return list(struct.iter_unpack("!IdI", self.held[: len(self.held) // 16 * 16]))


class Lazy(QuickTicks):
    def feed(self, data):
        self.held += data
        whole = len(self.held) // 16 * 16
        ticks = struct.iter_unpack("!IdI", bytes(self.held[:whole]))
        del self.held[:whole]
        return ticks


class OtherOrder(QuickTicks):
    def feed(self, data):
        self.held += data
        whole = len(self.held) // 16 * 16
        ticks = list(struct.iter_unpack("<IdI", self.held[:whole]))
        del self.held[:whole]
        return ticks


SOLUTION = QuickTicks
WRONG = {
    "one call for each tick": (StillALoop, "a turn of a loop in Python"),
    "views, one by one": (Views, "a turn of a loop in Python"),
    "drops what is not whole": (DropsTheRest, "what is not whole is kept"),
    "gives all of it again": (KeepsAll, "what is not whole is kept"),
    "an iterator, no list": (Lazy, "should return a list"),
    "the other byte order": (OtherOrder, "should return [(7, 99.5, 1)"),
}
