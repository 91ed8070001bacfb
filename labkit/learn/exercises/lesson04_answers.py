"""Solutions and wrong answers of lesson 04's exercises: what their checkers are tested with."""

from __future__ import annotations

import socket

# --- recv-exactly -------------------------------------------------------------------------------------------


def recv_exactly(sock, n):
    data = sock.recv(n)
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            raise EOFError(f"{len(data)} of {n} bytes, then the end")
        data += more
    return data


def exactly_as_given(sock, n):
    return sock.recv(n)


def exactly_twice(sock, n):
    data = sock.recv(n)
    if len(data) < n:
        data += sock.recv(n - len(data))
    return data


def exactly_reads_too_much(sock, n):
    data = b""
    while len(data) < n:
        data += sock.recv(4096)
    return data


def exactly_throws_the_rest_away(sock, n):
    data = b""
    while len(data) < n:
        data += sock.recv(4096)
    return data[:n]


def exactly_spins_at_the_end(sock, n):
    data = b""
    while len(data) < n:
        data += sock.recv(n - len(data))
    return data


def exactly_returns_half_at_the_end(sock, n):
    data = b""
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            return data
        data += more
    return data


def exactly_leaves_it_to_waitall(sock, n):
    return sock.recv(n, socket.MSG_WAITALL)


def exactly_keeps_the_last_piece(sock, n):
    got = 0
    while got < n:
        data = sock.recv(n - got)
        got += len(data)
    return data if n else b""


# --- typed-decoder ------------------------------------------------------------------------------------------


class Messages:
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


class OneAFeed(Messages):
    def feed(self, data):
        self.held += data
        if len(self.held) < 5:
            return []
        end = 5 + int.from_bytes(self.held[:4], "big")
        if len(self.held) < end:
            return []
        message, self.held = (self.held[4], self.held[5:end]), self.held[end:]
        return [message]


class KeepsNothing(Messages):
    def feed(self, data):
        messages = []
        while len(data) >= 5:
            end = 5 + int.from_bytes(data[:4], "big")
            messages.append((data[4], data[5:end]))
            data = data[end:]
        return messages


class ReplacesHalfAHeader(Messages):
    def feed(self, data):
        if len(self.held) + len(data) < 5:
            self.held = data
            return []
        return Messages.feed(self, data)


class WaitsForASixthByte(Messages):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) > 5 and len(self.held) >= (end := 5 + int.from_bytes(self.held[:4], "big")):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class TellsAllEachTime(Messages):
    def __init__(self):
        self.held, self.found = b"", []

    def feed(self, data):
        self.found += Messages.feed(self, data)
        return self.found


class OneByteOfLength(Messages):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) >= 5 and len(self.held) >= (end := 5 + self.held[3]):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class LittleEndian(Messages):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) >= 5 and len(self.held) >= (end := 5 + int.from_bytes(self.held[:4], "little")):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class CountsTheType(Messages):
    def feed(self, data):
        self.held += data
        messages = []
        while len(self.held) >= 5 and len(self.held) >= (end := 4 + int.from_bytes(self.held[:4], "big")):
            messages.append((self.held[4], self.held[5:end]))
            self.held = self.held[end:]
        return messages


class WithoutTypes(Messages):
    def feed(self, data):
        return [payload for _, payload in Messages.feed(self, data)]


class DropsWhatIsBegun(Messages):
    def feed(self, data):
        messages = Messages.feed(self, data)
        if messages:
            self.held = b""
        return messages


class ReturnsNothing(Messages):
    def feed(self, data):
        print(Messages.feed(self, data))


class LoopsForEver(Messages):
    def feed(self, data):
        self.held += data
        while len(self.held) < 5:
            pass
        return Messages.feed(self, b"")


SOLUTIONS = {"recv-exactly": recv_exactly, "typed-decoder": Messages}

WRONG = {
    "recv-exactly": {
        "as given": (exactly_as_given, "at most 4 bytes"),
        "asks twice": (exactly_twice, "recv belongs into a loop"),
        "reads too much": (exactly_reads_too_much, "the next message's"),
        "throws the rest away": (exactly_throws_the_rest_away, "recv_exactly(sock, 2) was still not done"),
        "spins at the end": (exactly_spins_at_the_end, "was still not done"),
        "half a message at the end": (exactly_returns_half_at_the_end, "should raise EOFError"),
        "MSG_WAITALL": (exactly_leaves_it_to_waitall, "should raise EOFError"),
        "keeps the last piece": (exactly_keeps_the_last_piece, "should return b'abcd', but returned b'cd'"),
    },
    "typed-decoder": {
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
    },
    "take": {
        "takes one only": (
            (
                "def take(held):",
                "    messages = []",
                "    if len(held) >= 4:",
                '        size = int.from_bytes(held[:4], "big")',
                "        if len(held) < 4 + size:",
                "            break",
                "        messages.append(held[4:4 + size])",
                "        held = held[4 + size:]",
                "    return messages, held",
            ),
            "'break' outside loop",
        ),
        "takes the length for the message": (
            (
                "def take(held):",
                "    messages = []",
                "    while len(held) >= 4:",
                '        size = int.from_bytes(held[:4], "big")',
                "        if len(held) < 4 + size:",
                "            break",
                "        messages.append(held[:size])",
                "        held = held[4 + size:]",
                "    return messages, held",
            ),
            "should return ([b'hello'], b'')",
        ),
        "goes on before it takes": (
            (
                "def take(held):",
                "    messages = []",
                "    while len(held) >= 4:",
                '        size = int.from_bytes(held[:4], "big")',
                "        if len(held) < 4 + size:",
                "            break",
                "        held = held[4 + size:]",
                "        messages.append(held[4:4 + size])",
                "    return messages, held",
            ),
            "should return ([b'hello'], b'')",
        ),
        "never asks whether it is whole": (
            (
                "def take(held):",
                "    messages = []",
                "    while len(held) >= 4:",
                '        size = int.from_bytes(held[:4], "big")',
                "        messages.append(held[4:4 + size])",
                "        held = held[4 + size:]",
                "    return messages, held",
            ),
            "is not whole is kept",
        ),
    },
}
