"""Scripted faults: "drop the third data segment", said once, done exactly.

A fault has selectors (who sends, to whom, protocol, port, flags, data, bytes, nth) and one thing that it does
to the frames that match them all. Faults are values; `Judge` counts what each has matched and says what
becomes of a frame. Nothing here reads a clock or opens anything.
"""

from .peek import peek

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
    """What all faults share: the selectors.

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

    kind = ""

    def __init__(
        self, *, sender=None, to=None, protocol=None, port=None, flags=None, data=None, bytes=None, nth=None
    ):
        self._given = {
            name: value
            for name, value in [
                ("sender", sender),
                ("to", to),
                ("protocol", protocol),
                ("port", port),
                ("flags", flags),
                ("data", data),
                ("bytes", bytes),
                ("nth", nth),
            ]
            if value is not None
        }
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
        if port is not None and not (_is_int(port) and 1 <= port <= 65535):
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
        self.bytes = _span(bytes)
        self.nth = _ordinals("data", data) if data is not None and data is not True else _ordinals("nth", nth)

    def __repr__(self):
        inside = ", ".join(f"{key}={value!r}" for key, value in self._arguments().items())
        return f"{type(self).__name__}({inside})"

    def __eq__(self, other):
        return type(self) is type(other) and self._arguments() == other._arguments()

    def __hash__(self):
        return hash(repr(self))

    def _arguments(self):
        return self._given

    def as_message(self):
        """The fault as plain values, for `from_message` in the helper."""
        return (self.kind, {k: list(v) if isinstance(v, range) else v for k, v in self._arguments().items()})

    def matches(self, view, sender, stream_position):
        """Do all selectors but `to` and `nth` fit this frame? `view` is what `peek` saw of it."""
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
    """The frame is lost on the wire."""

    kind = "drop"


class Delay(Fault):
    """The frame takes `ms` milliseconds longer than the others; they pass it."""

    kind = "delay"

    def __init__(self, ms, **selectors):
        super().__init__(**selectors)
        if not _is_number(ms) or not 0 < ms <= 600_000:
            raise ValueError(
                f"ms is a number of milliseconds above 0 and at most 600000 (got {ms!r}); write Delay(50, data=1)"
            )
        self.ms = ms if isinstance(ms, int) else float(ms)  # marshal takes a numpy.float64 for bytes

    def _arguments(self):
        return {"ms": self.ms, **self._given}


class Duplicate(Fault):
    """The frame arrives `copies` + 1 times."""

    kind = "duplicate"

    def __init__(self, *, copies=1, **selectors):
        super().__init__(**selectors)
        if not _is_int(copies) or not 1 <= copies <= 100:
            raise ValueError(f"copies is a number from 1 to 100 (got {copies!r})")
        self.copies = copies

    def _arguments(self):
        return {**({"copies": self.copies} if self.copies != 1 else {}), **self._given}


class Reorder(Fault):
    """The frame arrives after the next `behind` frames of its sender; after 1 s at the latest, should none come."""

    kind = "reorder"

    def __init__(self, *, behind=1, **selectors):
        super().__init__(**selectors)
        if not _is_int(behind) or not 1 <= behind <= 1000:
            raise ValueError(f"behind is a number of frames from 1 to 1000 (got {behind!r})")
        self.behind = behind

    def _arguments(self):
        return {**({"behind": self.behind} if self.behind != 1 else {}), **self._given}


class Corrupt(Fault):
    """The last byte of the frame arrives with all its bits turned over; the receiver's checksum finds it."""

    kind = "corrupt"


_KINDS = {kind.kind: kind for kind in (Drop, Delay, Duplicate, Reorder, Corrupt)}


def from_message(message):
    kind, arguments = message
    return _KINDS[kind](**arguments)


class Judge:
    """Which fault, if any, hits a frame. Counts what each fault has matched; the first that hits decides."""

    def __init__(self, numbers):
        self.faults = []  # lists [number, fault, frames matched, frames hit], in the order given
        self._first = {}  # (source, sport, destination, dport): sequence number of the stream's first byte
        self._numbers = numbers  # an iterator that all judges of a wire share

    def set(self, faults):
        """Replace the faults; counting starts anew. Returns the numbers given to them."""
        self.faults = [[next(self._numbers), fault, 0, 0] for fault in faults]
        return [entry[0] for entry in self.faults]

    def judge(self, frame, sender, receivers):
        """([(number, fault) that hits all receivers] or None, {receiver: (number, fault)}) for one frame."""
        view = peek(frame)
        position = self._position(view)
        common, single = None, {}
        for entry in self.faults:
            number, fault, _, _ = entry
            if fault.to is not None and fault.to not in receivers:
                continue
            if not fault.matches(view, sender, position):
                continue
            entry[2] += 1
            if fault.nth is not None and entry[2] not in fault.nth:
                continue
            if fault.to is not None and len(receivers) > 1:
                if fault.to not in single:
                    entry[3] += 1
                    single[fault.to] = (number, fault)
            elif common is None:
                entry[3] += 1
                common = (number, fault)
        return common, single

    def _position(self, view):
        """Where in its stream the segment's payload begins; the stream's first byte is 1."""
        if view.protocol != "tcp":
            return 0
        key = view.flow
        if view.syn or key not in self._first:
            if len(self._first) > 10_000:
                self._first.clear()
            self._first[key] = view.seq if view.syn else view.seq - 1
        return (view.seq + view.syn - self._first[key]) & 0xFFFFFFFF


def _is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _ordinals(name, value):
    if value is None:
        return None
    numbers = [value] if _is_int(value) else value
    if (
        not isinstance(numbers, (tuple, list, set, range))
        or not numbers
        or not all(_is_int(n) and n >= 1 for n in numbers)
    ):
        raise ValueError(f"{name} counts from 1: a number, several as (1, 2), or a range (got {value!r})")
    return frozenset(numbers)


def _span(value):
    if value is None:
        return None
    if not (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and all(map(_is_int, value))
        and 1 <= value[0] <= value[1]
    ):
        raise ValueError(f"bytes is (first, last), counted from 1, as in bytes=(2001, 3000) (got {value!r})")
    return tuple(value)
