"""Scripted faults: "drop the third data segment", said once, done exactly.

A fault has selectors (who sends, to whom, protocol, port, flags, data, bytes, nth) and one thing that it does
to the frames that match them all. Faults are values, the same in the notebook and on the wire, where `judge`
counts what each has matched and `effects` does what it says.
"""

from __future__ import annotations

from labkit.wire.selectors import is_int, is_number, ordinals, span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from labkit.wire.peek import View

# name: SYN set?, ACK set?, FIN set?, RST set?, data? — None where it does not matter
_FLAG_WORDS = {
    "SYN": (True, False, None, None, None),
    "SYN-ACK": (True, True, None, None, None),
    "FIN": (None, None, True, None, None),
    "RST": (None, None, None, True, None),
    "ACK": (False, True, False, False, False),
}
_FLAG_WORDS.update(
    {
        "S": _FLAG_WORDS["SYN"],
        "S.": _FLAG_WORDS["SYN-ACK"],
        "F": _FLAG_WORDS["FIN"],
        "F.": _FLAG_WORDS["FIN"],
        "R": _FLAG_WORDS["RST"],
        ".": _FLAG_WORDS["ACK"],
    }
)
_PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6", "igmp", "arp")


class Fault:
    """What all faults share: the selectors, which `Drop` explains."""

    kind = ""

    def __init__(
        self,
        *,
        sender: str | None = None,
        to: str | None = None,
        protocol: str | None = None,
        port: int | None = None,
        flags: str | None = None,
        data: bool | int | Iterable[int] | None = None,
        bytes: Iterable[int] | None = None,
        nth: int | Iterable[int] | None = None,
    ) -> None:
        given = dict(
            sender=sender, to=to, protocol=protocol, port=port, flags=flags, data=data, bytes=bytes, nth=nth
        )
        self._given: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        name = type(self).__name__
        if not self._given:
            raise ValueError(
                f"{name}() selects every frame; say which, as in {name}(data=3) or {name}(flags='SYN')"
            )
        for key in ("sender", "to"):
            if key in self._given and not isinstance(self._given[key], str):
                raise TypeError(f"{key} is a host's name (got {self._given[key]!r}); write {key}='client'")
        if protocol is not None and protocol not in _PROTOCOLS:
            raise ValueError(f"protocol is one of {', '.join(_PROTOCOLS)} (got {protocol!r})")
        if port is not None and not (is_int(port) and 1 <= port <= 65535):
            raise ValueError(f"port is a number from 1 to 65535 (got {port!r})")
        if flags is not None and flags not in _FLAG_WORDS:
            raise ValueError(f"flags is one of 'SYN', 'SYN-ACK', 'ACK', 'FIN', 'RST' (got {flags!r})")
        if data is not None and data is not True and nth is not None:
            raise ValueError(
                f"{name} takes data={data!r} or nth={nth!r}, not both: each says which of the matches to hit; "
                "write data=True with nth"
            )
        if data is False:
            raise ValueError(
                "data=False selects nothing that data=True leaves; for segments without data use flags='ACK'"
            )
        self.sender, self.to, self.protocol, self.port = sender, to, protocol, port
        self.flags = _FLAG_WORDS[flags] if flags is not None else None
        self.data = data is not None
        self.bytes = span(bytes)
        self.nth = ordinals("data", data) if data is not None and data is not True else ordinals("nth", nth)

    def __repr__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self._arguments().items())
        return f"{type(self).__name__}({inside})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Fault) and type(self) is type(other) and self._arguments() == other._arguments()
        )

    def __hash__(self) -> int:
        return hash(repr(self))

    def _arguments(self) -> dict[str, Any]:
        return self._given

    def as_message(self) -> tuple[str, dict[str, Any]]:
        """The fault as plain values, for `from_message` in the helper."""
        return (self.kind, {k: list(v) if isinstance(v, range) else v for k, v in self._arguments().items()})

    def matches(self, view: View, sender: str, stream_position: int) -> bool:
        """Do all selectors but `to` and `nth` fit this frame?

        view              what `peek` saw of it
        stream_position   where its payload begins in its TCP stream; the stream's first byte is 1
        """
        if self.sender is not None and sender != self.sender:
            return False
        if self.protocol is not None and view.protocol != self.protocol:
            return False
        if self.port is not None and self.port not in (view.sport, view.dport):
            return False
        if (self.data or self.flags or self.bytes) and view.protocol != "tcp":
            return False
        if self.data and not view.length:
            return False
        if self.flags is not None:
            facts = (view.syn, view.ack, view.fin, view.rst, bool(view.length))
            if any(want is not None and want != fact for want, fact in zip(self.flags, facts, strict=True)):
                return False
        if self.bytes is not None:
            first, last = self.bytes
            if not view.length or stream_position > last or stream_position + view.length - 1 < first:
                return False
        return True


class Drop(Fault):
    """The frame is lost on the wire.

    Which frames are hit is said by keywords, the same for every fault; all that are given must fit.

    sender, to   host names; `to` also picks one receiver of a broadcast or multicast
    protocol     "tcp", "udp", "icmp", "icmpv6", "igmp" or "arp"
    port         source or destination port (TCP or UDP)
    flags        TCP: "SYN", "SYN-ACK", "ACK" (pure, no data), "FIN", "RST"
    data         TCP segments with payload: True for all, n for the n-th, (n, m) or range for several
    bytes        (first, last): TCP segments that carry any of these bytes of their stream; the first byte is 1
    nth          of all frames that match the rest: n for the n-th, (n, m) or range for several

    Retransmissions are frames like any other and count. Without `data=n` or `nth`, every match is hit.
    Raises TypeError or ValueError when a selector could never match, or when there is none at all.
    """

    kind = "drop"


class Delay(Fault):
    """The frame takes `ms` milliseconds longer than the others; they pass it.  Which frames: as for `Drop`."""

    kind = "delay"

    def __init__(self, ms: float, **selectors: Any) -> None:
        super().__init__(**selectors)
        if not is_number(ms) or not 0 < ms <= 600_000:
            raise ValueError(
                f"ms is a number of milliseconds above 0 and at most 600000 (got {ms!r}); write Delay(50, data=1)"
            )
        self.ms = ms if isinstance(ms, int) else float(ms)  # marshal takes a numpy.float64 for bytes

    def _arguments(self) -> dict[str, Any]:
        return {"ms": self.ms, **self._given}


class Duplicate(Fault):
    """The frame arrives `copies` + 1 times.  Which frames: as for `Drop`."""

    kind = "duplicate"

    def __init__(self, *, copies: int = 1, **selectors: Any) -> None:
        super().__init__(**selectors)
        if not is_int(copies) or not 1 <= copies <= 100:
            raise ValueError(f"copies is a number from 1 to 100 (got {copies!r})")
        self.copies = copies

    def _arguments(self) -> dict[str, Any]:
        return {**({"copies": self.copies} if self.copies != 1 else {}), **self._given}


class Reorder(Fault):
    """The frame arrives after the next `behind` frames of its sender; after 1 s at the latest, should none come.

    Which frames: as for `Drop`.
    """

    kind = "reorder"

    def __init__(self, *, behind: int = 1, **selectors: Any) -> None:
        super().__init__(**selectors)
        if not is_int(behind) or not 1 <= behind <= 1000:
            raise ValueError(f"behind is a number of frames from 1 to 1000 (got {behind!r})")
        self.behind = behind

    def _arguments(self) -> dict[str, Any]:
        return {**({"behind": self.behind} if self.behind != 1 else {}), **self._given}


class Corrupt(Fault):
    """The last byte of the frame arrives with all its bits turned over; the receiver's checksum finds it.

    Which frames: as for `Drop`.
    """

    kind = "corrupt"


_KINDS: dict[str, type[Fault]] = {kind.kind: kind for kind in (Drop, Delay, Duplicate, Reorder, Corrupt)}


def from_message(message: tuple[str, dict[str, Any]]) -> Fault:
    """The fault that `as_message` made plain values of."""
    kind, arguments = message
    return _KINDS[kind](**arguments)
