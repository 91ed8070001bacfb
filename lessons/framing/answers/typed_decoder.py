"""The solution, and wrong answers with words that each must be told."""

from __future__ import annotations


class Messages:
    def __init__(self):
        self.held = bytearray()

    def feed(self, data):
        self.held += data
        messages, start = [], 0
        while len(self.held) >= start + 5:
            end = start + 5 + int.from_bytes(self.held[start : start + 4], "big")
            if len(self.held) < end:
                break
            messages.append((self.held[start + 4], bytes(self.held[start + 5 : end])))
            start = end
        del self.held[:start]
        return messages


class CutsForEachMessage:
    def __init__(self):
        self.held = b""

    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) >= 5:
            end = 5 + int.from_bytes(self.held[:4], "big")
            if len(self.held) < end:
                break
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class OneAFeed(CutsForEachMessage):
    def feed(self, data):
        self.held += data
        if len(self.held) < 5:
            return []
        end = 5 + int.from_bytes(self.held[:4], "big")
        if len(self.held) < end:
            return []
        message, self.held = (self.held[4], self.held[5:end]), self.held[end:]
        return [message]


class KeepsNothing(CutsForEachMessage):
    def feed(self, data):
        messages = []
        while len(data) >= 5:
            end = 5 + int.from_bytes(data[:4], "big")
            messages.append((data[4], data[5:end]))
            data = data[end:]
        return messages


class ReplacesHalfAHeader(CutsForEachMessage):
    def feed(self, data):
        if len(self.held) + len(data) < 5:
            self.held = data
            return []
        return CutsForEachMessage.feed(self, data)


class WaitsForASixthByte(CutsForEachMessage):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) > 5 and len(self.held) >= (end := 5 + int.from_bytes(self.held[:4], "big")):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class TellsAllEachTime(CutsForEachMessage):
    def __init__(self):
        self.held, self.found = b"", []

    def feed(self, data):
        self.found += CutsForEachMessage.feed(self, data)
        return self.found


class OneByteOfLength(CutsForEachMessage):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) >= 5 and len(self.held) >= (end := 5 + self.held[3]):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class LittleEndian(CutsForEachMessage):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) >= 5 and len(self.held) >= (end := 5 + int.from_bytes(self.held[:4], "little")):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class CountsTheType(CutsForEachMessage):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) >= 5 and len(self.held) >= (end := 4 + int.from_bytes(self.held[:4], "big")):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class WithoutTypes(CutsForEachMessage):
    def feed(self, data):
        return [payload for _, payload in CutsForEachMessage.feed(self, data)]


class DropsWhatIsBegun(CutsForEachMessage):
    def feed(self, data):
        messages = CutsForEachMessage.feed(self, data)
        if messages:
            self.held = b""
        return messages


class ReturnsNothing(CutsForEachMessage):
    def feed(self, data):
        print(CutsForEachMessage.feed(self, data))


class LoopsForEver(CutsForEachMessage):
    def feed(self, data):
        self.held += data
        while len(self.held) < 5:
            pass
        return CutsForEachMessage.feed(self, b"")


SOLUTION = Messages

WRONG = {
    "one message a feed": (OneAFeed, "only the first"),
    "keeps nothing": (KeepsNothing, "torture"),
    "replaces half a header": (ReplacesHalfAHeader, "in 3 pieces"),
    "waits for a sixth byte": (WaitsForASixthByte, "came out; the next should be (2, b'')"),
    "tells all each time": (TellsAllEachTime, "torture"),
    "one byte of length": (OneByteOfLength, "a length has four bytes"),
    "little-endian": (LittleEndian, "should return"),
    "counts the type": (CountsTheType, "should return"),
    "payloads only": (WithoutTypes, "pairs (type, payload)"),
    "drops what is begun": (DropsWhatIsBegun, "torture"),
    "prints": (ReturnsNothing, "returned None"),
    "loops for ever": (LoopsForEver, "torture"),
    "cuts for each message": (CutsForEachMessage, "copied for each message"),
}
