"""Fields of a packet changed on its way, its checksums put right.  Pure.

Sources: RFC 9293 section 3.1 (TCP), RFC 791 (IPv4), RFC 8200 (IPv6).
"""

from __future__ import annotations

import struct
from struct import pack_into, unpack_from

from labkit.wire.checksums import adjusted
from labkit.wire.selectors import is_int

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

OPTIONS = {"mss": 2, "wscale": 3, "sackOK": 4, "sack": 5, "TS": 8, "fastopen": 34}
"""The kinds of TCP's options, by the names that traces have for them."""
FIELDS = {"mss": (1, 65535), "window": (0, 65535), "ttl": (0, 255)}
_END, _NONE, _MSS = 0, 1, 2
_TCP = 6


def options(strip: str | Iterable[str]) -> frozenset[int]:
    """The kinds of the options of these names.  Raises ValueError, which lists the names, for another one."""
    names = [strip] if isinstance(strip, str) else list(strip)
    for name in names:
        if name not in OPTIONS:
            raise ValueError(f"strip names options of TCP, of {', '.join(map(repr, OPTIONS))} (got {name!r})")
    return frozenset(OPTIONS[name] for name in names)


def check_names(given: Iterable[str], selectors: Iterable[str]) -> None:
    """Raise TypeError for an argument that is neither a field that can be rewritten nor a selector."""
    known = list(selectors)
    for name in given:
        if name not in known:
            raise TypeError(
                f"{name!r} cannot be rewritten: Rewrite changes {', '.join(FIELDS)}, or strips options of TCP "
                f"(strip='mss'); which frames is said by {', '.join(known)}"
            )


class Change:
    """What is changed in a packet.

    strip               kinds of options of TCP that are overwritten by no-operations
    mss, window, ttl    the new values; None: as it is

    Raises ValueError for a value that its field cannot hold, and for no change at all.
    """

    def __init__(self, strip: frozenset[int], mss: int | None, window: int | None, ttl: int | None) -> None:
        for name, value in (("mss", mss), ("window", window), ("ttl", ttl)):
            low, high = FIELDS[name]
            if value is not None and not (is_int(value) and low <= value <= high):
                raise ValueError(f"{name} is a number from {low} to {high} (got {value!r})")
        if not strip and mss is window is ttl is None:
            raise ValueError(
                "Rewrite() changes nothing; say what, as in Rewrite(ttl=1) or Rewrite(strip='mss')"
            )
        if mss is not None and _MSS in strip:
            raise ValueError("an option that is stripped has no value: write strip='mss' or mss=…, not both")
        self._strip, self._mss, self._window, self._ttl = strip, mss, window, ttl

    def of(self, frame: bytes) -> bytes:
        """The Ethernet frame after the change; as it is where it has no such field."""
        changed = bytearray(frame)
        try:
            tcp = self._ip(changed)
            if tcp is not None and (self._strip or self._mss is not None or self._window is not None):
                self._tcp(changed, tcp)
        except (struct.error, IndexError):  # shorter than its headers say
            return frame
        return bytes(changed)

    def _ip(self, frame: bytearray) -> int | None:
        """Change the IP header; returns where TCP's begins, None where there is none."""
        (ether_type,) = unpack_from("!H", frame, 12)
        if ether_type == 0x0800:
            if self._ttl is not None:
                old = bytes(frame[22:24])
                frame[22] = self._ttl
                (was,) = unpack_from("!H", frame, 24)
                pack_into("!H", frame, 24, adjusted(was, old, bytes(frame[22:24])))
            later = unpack_from("!H", frame, 20)[0] & 0x1FFF  # a fragment behind the first
            return 14 + (frame[14] & 15) * 4 if frame[23] == _TCP and not later else None
        if ether_type == 0x86DD:
            if self._ttl is not None:
                frame[21] = self._ttl
            return 54 if frame[20] == _TCP else None
        return None

    def _tcp(self, frame: bytearray, start: int) -> None:
        """Change TCP's header, which begins at `start`."""
        end = start + (frame[start + 12] >> 4) * 4
        old = bytes(frame[start:end])
        if self._window is not None:
            pack_into("!H", frame, start + 14, self._window)
        place = start + 20
        while place < end and frame[place] != _END:
            kind = frame[place]
            size = 1 if kind == _NONE else frame[place + 1]
            if (size < 2 and kind != _NONE) or place + size > end:
                break  # malformed: nobody can say where the next one begins
            if kind in self._strip:
                frame[place : place + size] = bytes([_NONE]) * size
            elif kind == _MSS and size == 4 and self._mss is not None:
                pack_into("!H", frame, place + 2, self._mss)
            place += size
        (was,) = unpack_from("!H", frame, start + 16)
        pack_into("!H", frame, start + 16, adjusted(was, old, bytes(frame[start:end])))
