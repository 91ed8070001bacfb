"""The ways to read a stream that the viewer knows by name, and what else it takes for one.  Pure."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable, Mapping
from typing import Any

from labkit import framing
from labkit.framing.decoder import Decoder
from labkit.panels.stream.steps import Way
from labkit.running.threads import name_of


class OneRecvOneMessage:
    """Takes whatever a recv gives for a message."""

    unfinished = b""

    def feed(self, data: bytes) -> list[bytes]:
        return [bytes(data)]


class RecvFourThenSize:
    """`recv(4)`, then `recv(size)`, over and over: each gives what is there, and the reader takes it for all."""

    unfinished = b""

    def __init__(self) -> None:
        self._size: int | None = None

    def feed(self, data: bytes) -> list[bytes]:
        messages = []
        # With size 0 the second recv returns at once, and needs nothing to have come.
        while data or self._size == 0:
            if self._size is None:
                header, data = data[:4], data[4:]
                (self._size,) = struct.unpack("!I", header)
            else:
                payload, data = data[: self._size], data[self._size :]
                messages.append(payload)
                self._size = None
        return messages


class DecodeEach:
    """`piece.decode()` for each piece."""

    unfinished = b""

    def feed(self, data: bytes) -> list[str]:
        return [data.decode()]


class DecodeOn:
    """The standard library's incremental decoder, which keeps half a character."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, data: bytes) -> list[str]:
        text = self._decoder.decode(data)
        return [text] if text else []

    def eof(self) -> None:
        self._decoder.decode(b"", final=True)

    @property
    def unfinished(self) -> bytes:
        return self._decoder.getstate()[0]


KNOWN = {
    way.name: way
    for way in (
        Way(
            "one recv is one message",
            OneRecvOneMessage,
            "TCP keeps no boundaries",
            True,
            "sends",
        ),
        Way("recv(4), then recv(size)", RecvFourThenSize, "recv may give less", True),
        Way("bytes.decode", DecodeEach, "a character may be cut", True, "text"),
        Way("incremental UTF-8", DecodeOn, ours=True, wants="text"),
    )
}
"""Ways that `stream_viewer` takes by their names."""


def ways_of(decoders: Any, data: bytes) -> tuple[Way, ...]:
    """The ways that *decoders* name or are: names of `KNOWN`, classes and functions that make a decoder, a mapping
    of names to those, or one of them alone; None: those that suit the data.

    Raises TypeError or ValueError with what can be given.
    """
    if decoders is None:
        return _fitting(data)
    if isinstance(decoders, str) or callable(decoders) or hasattr(decoders, "feed"):
        decoders = [decoders]
    pairs = decoders.items() if isinstance(decoders, Mapping) else [("", each) for each in decoders]
    ways: list[Way] = []
    for name, given in pairs:
        way = _way(str(name), given)
        alike = sum(way.name == other.name for other in ways)
        ways.append(way._replace(name=f"{way.name} ({alike + 1})") if alike else way)
    return tuple(ways)


def _way(name: str, given: Any) -> Way:
    if isinstance(given, str):
        if given not in KNOWN:
            raise ValueError(
                f"there is no way to read called {given!r}; there are {', '.join(map(repr, KNOWN))}"
            )
        return KNOWN[given]._replace(name=name or given)
    if not callable(given):
        kind = type(given).__name__
        hint = (
            f"give the class, {kind}, or lambda: {kind}(...)" if hasattr(given, "feed") else "give its class"
        )
        raise TypeError(
            f"the viewer makes a new decoder whenever a boundary moves (got {given!r:.60}); {hint}"
        )
    return Way(name or name_of(given, "decoder"), given, ours=_ours(given))


def _ours(given: Callable[[], Any]) -> bool:
    return (
        isinstance(given, type)
        and issubclass(given, Decoder)
        and given.__module__.startswith(f"{framing.__name__}.")
    )


def _fitting(data: bytes) -> tuple[Way, ...]:
    ways = [KNOWN["one recv is one message"]]
    if data.endswith(b"\n"):
        ways.append(_way("", framing.Lines))
    try:
        wide = len(data.decode()) < len(data)
    except UnicodeDecodeError:
        wide = False
    return (*ways, KNOWN["bytes.decode"], KNOWN["incremental UTF-8"]) if wide else tuple(ways)
