"""What every scripted fault has: the selectors that say which frames it hits.  `faults` has the kinds."""

from __future__ import annotations

from labkit.wire.selectors import is_int, ordinals, period, plain, size, span, turns

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
    selects = False  # does it say by what it does which frames it is for?

    def __init__(
        self,
        *,
        sender: str | None = None,
        to: str | None = None,
        protocol: str | None = None,
        port: int | None = None,
        icmp: str | None = None,
        flags: str | None = None,
        data: bool | int | Iterable[int] | None = None,
        bytes: Iterable[int] | None = None,
        larger_than: int | None = None,
        nth: int | Iterable[int] | None = None,
        after: int | None = None,
        until: int | None = None,
        after_s: float | None = None,
        until_s: float | None = None,
    ) -> None:
        given = dict(
            sender=sender,
            to=to,
            protocol=protocol,
            port=port,
            icmp=icmp,
            flags=flags,
            data=data,
            bytes=bytes,
            larger_than=larger_than,
            nth=nth,
            after=after,
            until=until,
            after_s=plain(after_s),
            until_s=plain(until_s),
        )
        self._given: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        name = type(self).__name__
        if not (self._given or self.selects):
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
        self.larger_than = size("larger_than", larger_than)
        self.nth = ordinals("data", data) if data is not None and data is not True else ordinals("nth", nth)
        self.turns = turns(after, until)
        if self.turns is not None and self.nth is not None:
            raise ValueError(
                f"{name} takes after and until, or a number, not both: each says which of the matches to hit; "
                "write nth=range(6, 11), or after=5, until=10"
            )
        self.period = period(after_s, until_s)
        self.icmp = self._kinds_of(icmp) if icmp is not None else None

    def _kinds_of(self, icmp: str) -> frozenset[tuple[str, int, int | None]]:
        """What an ICMP message's name stands for, if it fits the rest."""
        from labkit.wire.icmp import kinds  # late: most faults are about others

        found = kinds(icmp)
        other: list[str] = [
            key for key in ("port", "flags", "data", "bytes") if key in self._given
        ]  # not ICMP's
        if self.protocol is not None and self.protocol not in {protocol for protocol, _, _ in found}:
            other.append("protocol")
        if other:
            raise ValueError(
                f"icmp={icmp!r} with {other[0]}={self._given[other[0]]!r} could never match: leave one of them out"
            )
        return found

    def __repr__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self._arguments().items())
        return f"{type(self).__name__}({inside})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash(self._meaning())

    def _meaning(self) -> tuple[Any, ...]:
        """What it says, however that was written: to Python 1 is True, and (1, 2) is not range(1, 3)."""
        frames = (
            self.sender,
            self.to,
            self.protocol,
            self.port,
            self.icmp,
            self.flags,
            self.data,
            self.bytes,
        )
        which = (self.larger_than, self.nth, self.turns, self.period)
        return (self.kind, *frames, *which, *self._own().items())

    def _own(self) -> dict[str, Any]:
        """What it takes beside the selectors, as far as it was given."""
        return {}

    def _arguments(self) -> dict[str, Any]:
        return {**self._own(), **self._given}

    def as_message(self) -> tuple[str, dict[str, Any]]:
        """The fault as plain values, for `from_message` in the helper."""
        return (self.kind, {k: list(v) if isinstance(v, range) else v for k, v in self._arguments().items()})

    def matches(self, view: View, sender: str, stream_position: int) -> bool:
        """Do all selectors but `to`, `nth`, and those of turns and times fit this frame?

        view              what `peek` saw of it
        stream_position   where its payload begins in its TCP stream; the stream's first byte is 1
        """
        if self.sender is not None and sender != self.sender:
            return False
        if self.protocol is not None and view.protocol != self.protocol:
            return False
        if self.port is not None and self.port not in (view.sport, view.dport):
            return False
        if self.larger_than is not None and view.size <= self.larger_than:
            return False
        if self.icmp is not None and not self._names(view):
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

    def _names(self, view: View) -> bool:
        """Is this one of the ICMP messages that it names?"""
        if view.icmp is None or self.icmp is None:
            return False
        kind, code = view.icmp
        return not self.icmp.isdisjoint({(view.protocol, kind, code), (view.protocol, kind, None)})
