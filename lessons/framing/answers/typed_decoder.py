"""The solution, and wrong answers with words that each must be told: of the lesson's own layout, and of each other."""

from __future__ import annotations

from labkit.lessons.framing.layout import LAYOUTS

SOURCE = """class Messages:
    def __init__(self):
        self.held = bytearray()

    def feed(self, data):
        self.held += data
        messages, start = [], 0
        while len(self.held) >= start + {header}:
            end = start + {besides} + int.from_bytes(self.held[start + {at} : start + {to}], "{order}")
            if len(self.held) < end:
                break
            messages.append((self.held[start + {kind}], bytes(self.held[start + {header} : end])))
            start = end
        del self.held[:start]
        return messages
"""


def source(layout):
    """The solution's text."""
    places = {"at": layout.length_at, "to": layout.length_at + layout.width, "kind": layout.type_at}
    return SOURCE.format(header=layout.header, besides=layout.besides, order=layout.order, **places)


def solution(layout):
    names = {"__name__": __name__}
    exec(source(layout), names)
    return names["Messages"]


def wrong(layout):
    """Wrong answers by name, each with words that it must be told."""
    header, at = layout.header, layout.length_at

    class CutsForEachMessage:
        order, besides = layout.order, layout.besides

        def __init__(self):
            self.held = b""

        def end(self):
            return self.besides + int.from_bytes(self.held[at : at + layout.width], self.order)

        def first(self, end):
            return self.held[layout.type_at], self.held[header:end]

        def feed(self, data):
            self.held += data
            messages = []
            while len(self.held) >= header and len(self.held) >= (end := self.end()):
                messages.append(self.first(end))
                self.held = self.held[end:]
            return messages

    class OneAFeed(CutsForEachMessage):
        def feed(self, data):
            self.held += data
            if len(self.held) < header or len(self.held) < (end := self.end()):
                return []
            message, self.held = self.first(end), self.held[end:]
            return [message]

    class KeepsNothing(CutsForEachMessage):
        def feed(self, data):
            self.held, messages = data, []
            while len(self.held) >= header:
                end = self.end()
                messages.append(self.first(end))
                self.held = self.held[end:]
            return messages

    class ReplacesHalfAHeader(CutsForEachMessage):
        def feed(self, data):
            if len(self.held) + len(data) < header:
                self.held = data
                return []
            return CutsForEachMessage.feed(self, data)

    class WaitsForOneMore(CutsForEachMessage):
        def feed(self, data):
            self.held += data
            messages = []
            while len(self.held) > header and len(self.held) >= (end := self.end()):
                messages.append(self.first(end))
                self.held = self.held[end:]
            return messages

    class TellsAllEachTime(CutsForEachMessage):
        def __init__(self):
            self.held, self.found = b"", []

        def feed(self, data):
            self.found += CutsForEachMessage.feed(self, data)
            return self.found

    class OneByteOfLength(CutsForEachMessage):
        def end(self):
            return self.besides + self.held[at + (layout.width - 1 if layout.order == "big" else 0)]

    class OtherOrder(CutsForEachMessage):
        order = "little" if layout.order == "big" else "big"

    class CountsOtherwise(CutsForEachMessage):
        besides = layout.besides + (1 if layout.counts_type else -1)

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
            while len(self.held) < header:
                pass
            return CutsForEachMessage.feed(self, b"")

    return {
        "one message a feed": (OneAFeed, "only the first"),
        "keeps nothing": (KeepsNothing, "torture"),
        "replaces half a header": (ReplacesHalfAHeader, "in 3 pieces"),
        "waits for one byte more": (WaitsForOneMore, "came out; the next should be (2, b'')"),
        "tells all each time": (TellsAllEachTime, "torture"),
        "one byte of length": (OneByteOfLength, f"a length has {layout.width} bytes"),
        "the other byte order": (OtherOrder, "should return"),
        "counts otherwise": (CountsOtherwise, "should return"),
        "payloads only": (WithoutTypes, "pairs (type, payload)"),
        "drops what is begun": (DropsWhatIsBegun, "torture"),
        "prints": (ReturnsNothing, "returned None"),
        "loops for ever": (LoopsForEver, "torture"),
        "cuts for each message": (CutsForEachMessage, "copied for each message"),
    }


SOLUTION = solution(LAYOUTS[0])
WRONG = wrong(LAYOUTS[0])
