"""Scripted faults: "drop the third data segment", said once, done exactly.

A fault has selectors (who sends, to whom, protocol, port, flags, data, bytes, nth …) and one thing that it does
to the frames that match them all. Faults are values, the same in the notebook and on the wire, where `judge`
counts what each has matched and `effects` does what it says.
"""

from __future__ import annotations

from labkit.wire.fault import Fault
from labkit.wire.selectors import is_int, is_number, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from labkit.wire.peek import View
    from labkit.wire.rewriting import Change


class Drop(Fault):
    """The frame is lost on the wire.

    Which frames are hit is said by keywords, the same for every fault; all that are given must fit.

    sender, to   host names; `to` also picks one receiver of a broadcast or multicast
    protocol     "tcp", "udp", "icmp", "icmpv6", "igmp" or "arp"
    port         source or destination port (TCP or UDP)
    icmp         an ICMP message by its name: "fragmentation-needed", "packet-too-big" (of IPv6), "time-exceeded", …;
                 another name raises an error that lists them
    flags        TCP: "SYN", "SYN-ACK", "ACK" (pure, no data), "FIN", "RST"
    data         TCP segments with payload: True for all, n for the n-th, (n, m) or range for several
    bytes        (first, last): TCP segments that carry any of these bytes of their stream; the first byte is 1
    larger_than  IP packets of more bytes than this, header and all: what a link of that mtu would not carry
    nth          of all frames that match the rest: n for the n-th, (n, m) or range for several
    after,       of all frames that match the rest, those behind the n-th, and none behind the m-th: after=5, until=7
    until        are the sixth and the seventh
    after_s,     seconds since the faults were set, by the wire's clock: earlier and later frames do not match, and do
    until_s      not count

    Retransmissions are frames like any other and count. Without `data=n`, `nth`, `after` or `until`, every match is
    hit. Raises TypeError or ValueError when a selector could never match, or when there is none at all.
    """

    kind = "drop"


class Blackhole(Drop):
    """What is too large for a link is lost, and nobody is told: `Drop(larger_than=1400)` by name.

    mtu   bytes in the largest packet that passes, from 68 (RFC 791) to 1499

    No router is asked that would send "fragmentation needed": the larger packets of whoever believes in 1500 bytes are
    gone, however often they are sent, and the small ones of a handshake pass (RFC 2923). Others: as for `Drop`.
    """

    def __init__(self, mtu: int, **selectors: Any) -> None:
        if not is_int(mtu) or not 68 <= mtu <= 1499:
            raise ValueError(
                f"mtu is a number of bytes from 68 to 1499 (got {mtu!r}); write Blackhole(mtu=1400)"
            )
        if "larger_than" in selectors:
            raise ValueError("mtu says which packets are too large; leave larger_than out")
        super().__init__(larger_than=mtu, **selectors)

    def __repr__(self) -> str:
        others = (f", {key}={value!r}" for key, value in self._given.items() if key != "larger_than")
        return f"Blackhole(mtu={self.larger_than}{''.join(others)})"


class Delay(Fault):
    """The frame takes `ms` milliseconds longer than the others; they pass it.  Which frames: as for `Drop`."""

    kind = "delay"

    def __init__(self, ms: float, **selectors: Any) -> None:
        super().__init__(**selectors)
        if not is_number(ms) or not 0 < ms <= 600_000:
            raise ValueError(
                f"ms is a number of milliseconds above 0 and at most 600000 (got {ms!r}); write Delay(50, data=1)"
            )
        self.ms = plain(ms)

    def _own(self) -> dict[str, Any]:
        return {"ms": self.ms}


class Duplicate(Fault):
    """The frame arrives `copies` + 1 times.  Which frames: as for `Drop`."""

    kind = "duplicate"

    def __init__(self, *, copies: int = 1, **selectors: Any) -> None:
        super().__init__(**selectors)
        if not is_int(copies) or not 1 <= copies <= 100:
            raise ValueError(f"copies is a number from 1 to 100 (got {copies!r})")
        self.copies = copies

    def _own(self) -> dict[str, Any]:
        return {"copies": self.copies} if self.copies != 1 else {}


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

    def _own(self) -> dict[str, Any]:
        return {"behind": self.behind} if self.behind != 1 else {}


class Corrupt(Fault):
    """The last byte of the frame arrives with all its bits turned over; the receiver's checksum finds it.

    Which frames: as for `Drop`.
    """

    kind = "corrupt"


class Rewrite(Fault):
    """A field of the packet arrives with another value, or a TCP option is gone, as a middle box on the way does it.

    strip    TCP options that are overwritten by no-operations (as TCPOPTSTRIP in iptables-extensions(8) does), by the
             names that traces have for them: "mss", "wscale", "sackOK", "sack", "TS", "fastopen"; one, or several as
             ("mss", "TS")
    mss      the largest segment that a SYN offers, bytes, where it offers one
    window   the window field of TCP's header, 0 to 65535, as it stands there: not scaled
    ttl      the time to live, or IPv6's hop limit, 0 to 255

    At least one of them. Checksums are put right (RFC 1624), so the receiver cannot tell. Which frames: as for `Drop`,
    and of them those that have the field with another value: the others do not match. Raises TypeError for a field
    that it cannot change.
    """

    kind = "rewrite"
    selects = True
    _change: Change | None = None

    def __init__(
        self,
        *,
        strip: str | Iterable[str] = (),
        mss: int | None = None,
        window: int | None = None,
        ttl: int | None = None,
        **selectors: Any,
    ) -> None:
        from labkit.wire import rewriting  # late: most faults are others

        rewriting.check_names(selectors, Fault.__init__.__kwdefaults__ or {})
        super().__init__(**selectors)
        strip = strip if isinstance(strip, str) else tuple(strip)
        rewriting.Change(rewriting.options(strip), mss, window, ttl)  # raises what is to be raised
        given = dict(strip=strip, mss=mss, window=window, ttl=ttl)
        self.ttl = ttl
        self._changed = {key: value for key, value in given.items() if value is not None and value != ()}

    def _own(self) -> dict[str, Any]:
        return self._changed

    @property
    def change(self) -> Change:
        """What it does, for the wire: no part of the value, which a recording keeps."""
        if self._change is None:
            from labkit.wire.rewriting import Change, options

            said: dict[str, Any] = self._changed
            kinds = options(said.get("strip", ()))
            self._change = Change(kinds, said.get("mss"), said.get("window"), self.ttl)
        return self._change

    def matches(self, view: View, sender: str, stream_position: int) -> bool:
        """As for all faults, and is there anything to change?"""
        return super().matches(view, sender, stream_position) and self.change.of(view.frame) != view.frame


_KINDS: dict[str, type[Fault]] = {
    kind.kind: kind for kind in (Drop, Delay, Duplicate, Reorder, Corrupt, Rewrite)
}


def from_message(message: tuple[str, dict[str, Any]]) -> Fault:
    """The fault that `as_message` made plain values of."""
    kind, arguments = message
    return _KINDS[kind](**arguments)
