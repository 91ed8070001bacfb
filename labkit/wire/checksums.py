"""The Internet checksum (RFC 1071), computed whole, or put right after a change (RFC 1624).  Pure."""

from __future__ import annotations


def checksum(*parts: bytes) -> int:
    """Of all the parts together, each of an even number of bytes but the last."""
    total = sum(int.from_bytes(part + b"\0" * (len(part) & 1), "big") for part in parts)
    return _complement(total)


def adjusted(old_sum: int, old: bytes, new: bytes) -> int:
    """The checksum after some of the bytes that it is over have changed: `old`, from an even place on, to `new`.

    Both have an even number of bytes. A checksum that was wrong is as wrong afterwards.
    """
    return _complement(0xFFFF - old_sum - int.from_bytes(old, "big") + int.from_bytes(new, "big"))


def _complement(total: int) -> int:
    """The complement of a sum, of which 65536 is 1; a sum of 0 is written as 0xFFFF, its other name, since what is
    summed up is never all zeros."""
    return 0xFFFF - (total % 0xFFFF or 0xFFFF)
