"""Decoders beside the same written out by hand with `struct`, and, as a limit, `bytes.split`, which is C."""

from __future__ import annotations

import struct
import time
import tracemalloc

from labkit.framing import LengthPrefixed, Lines, MessageTooLong, NumberedMessages, TypedMessages

from . import lab
from .figures import Figure, Note

_SIZES = (16, 1024)  # bytes of a message
_STREAM = 4 << 20  # bytes, at least
_PIECE = 65_536  # bytes of a recv
_RUNS = 7


def _by_hand(layout: str, place: int):
    """A decoder as one writes it for one format: no checks but the limit."""
    header, size = struct.Struct(layout), struct.calcsize(layout)

    class ByHand:
        def __init__(self):
            self.buffer = b""

        def feed(self, data):
            data = self.buffer + data
            messages, begin, end = [], 0, len(data)
            while begin + size <= end:
                fields = header.unpack_from(data, begin)
                length = fields[place]
                if length > 1 << 20:
                    raise ValueError(length)
                stop = begin + size + length
                if stop > end:
                    break
                payload = data[begin + size : stop]
                messages.append(
                    (*fields[:place], *fields[place + 1 :], payload) if len(fields) > 1 else payload
                )
                begin = stop
            self.buffer = data[begin:]
            return messages

    return ByHand


class _Split:
    """Lines as one writes them in a hurry, with no limit."""

    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        return lines


_FORMATS = {  # what: (ours, what makes a message of a payload, by hand, its name)
    "[length 4]": (LengthPrefixed, lambda payload: payload, _by_hand(">I", 0), "struct by hand"),
    "[length 4][type 1]": (TypedMessages, lambda payload: (1, payload), _by_hand(">IB", 0), "struct by hand"),
    "[type][id][length]": (
        NumberedMessages,
        lambda payload: (1, 7, payload),
        _by_hand(">BII", 2),
        "struct by hand",
    ),
    "lines": (Lines, lambda payload: payload, _Split, "bytes.split, no limit"),
    "lines of UTF-8": (lambda: Lines(encoding="utf-8"), bytes.decode, _Split, "bytes.split, not decoded"),
}


def _seconds(function, *arguments) -> float:
    """How much of the processor's time one call takes, however busy the machine is."""
    begin = time.process_time()
    function(*arguments)
    return time.process_time() - begin


def rates(what: str, size: int, piece: int) -> dict[str, list[float]]:
    """MB/s of both, in turn; the stream comes in pieces of `piece` bytes."""
    ours, message, by_hand, _ = _FORMATS[what]
    framed = ours().encode(message(b"x" * size))
    stream = framed * (min(_STREAM, piece * 4096) // len(framed) + 1)
    pieces = [stream[place : place + piece] for place in range(0, len(stream), piece)]
    count = len(stream) // len(framed)

    def decode(make):
        feed = make().feed
        got = 0
        for one in pieces:
            got += len(feed(one))
        if got != count:
            raise RuntimeError(f"{got} of {count} messages")

    samples: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(_RUNS):
        for name, make in (("ours", ours), ("theirs", by_hand)):
            samples[name].append(len(stream) / _seconds(decode, make) / 1e6)
    return samples


def split_alone(size: int) -> list[float]:
    """MB/s of one bytes.split of a whole stream: nothing in Python is faster."""
    stream = (b"x" * size + b"\n") * (_STREAM // (size + 1))
    return [len(stream) / _seconds(stream.split, b"\n") / 1e6 for _ in range(_RUNS)]


def byte_by_byte(name: str, size: int) -> list[float]:
    """Seconds for one message of `size` bytes, fed byte by byte."""
    ours, _, by_hand, _ = _FORMATS["[length 4]"]
    stream = ours().encode(bytes(size))

    def decode():
        feed = (ours if name == "ours" else by_hand)().feed
        for place in range(len(stream)):
            feed(stream[place : place + 1])

    return [_seconds(decode) for _ in range(3)]


def hostile() -> int:
    """The most memory taken, in bytes, by a header that asks for 4 GiB, byte by byte, at each decoder."""
    headers = {
        LengthPrefixed: b"\xff\xff\xff\xff",
        TypedMessages: b"\xff\xff\xff\xff\1",
        NumberedMessages: b"\1\0\0\0\1\xff\xff\xff\xff",
    }
    tracemalloc.start()
    for make, header in headers.items():
        decoder = make()
        try:
            for place in range(len(header)):
                decoder.feed(header[place : place + 1])
        except MessageTooLong:
            continue
        raise RuntimeError(f"{make.__name__} took it")
    return tracemalloc.get_traced_memory()[1]


def measure():
    for what, (ours, _, _, theirs) in _FORMATS.items():
        name = getattr(ours, "__name__", "").replace("<lambda>", "Lines(encoding=...)")
        for size in _SIZES:
            got = lab.call(rates, what=what, size=size, piece=_PIECE)
            title = f"{what}, {size:,}-byte messages, in pieces of 64 KiB"
            yield Figure(title, name, tuple(got["ours"]), "MB/s")
            yield Figure(title, theirs, tuple(got["theirs"]), "MB/s")
            if what.startswith("lines") and "UTF" not in what:
                yield Figure(
                    title, "one bytes.split of it all", tuple(lab.call(split_alone, size=size)), "MB/s"
                )
    got = lab.call(rates, what="[length 4]", size=1024, piece=100)
    title = "[length 4], 1,024-byte messages, in pieces of 100 bytes"
    yield Figure(title, "LengthPrefixed", tuple(got["ours"]), "MB/s")
    yield Figure(title, "struct by hand", tuple(got["theirs"]), "MB/s")
    for size in (100_000, 1_000_000):
        title = f"one message of {size:,} bytes, byte by byte"
        yield Figure(
            title, "LengthPrefixed", tuple(lab.call(byte_by_byte, name="ours", size=size)), "s", at_most=2
        )
        if size == 100_000:
            theirs = tuple(lab.call(byte_by_byte, name="theirs", size=size))
            yield Figure(title, "struct by hand, which copies its buffer", theirs, "s")
    taken = (lab.call(hostile) / 1e6,)
    yield Figure("memory for a header that asks for 4 GiB", "labkit.framing", taken, "MB", at_most=1)
    yield Note("Seconds are the processor's: nothing here waits. By hand nothing is checked but the limit.")
