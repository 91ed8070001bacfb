"""Hosts in addresses, as programs write them: numbers in any form, or names."""

from __future__ import annotations

import socket
from functools import lru_cache
from typing import Any

LOCALHOST = "localhost"  # by which every host calls itself (RFC 6761, section 6.3)


def text_of(name: Any = "") -> str:
    """The host of an address as text, without an IPv6 scope; "" where it is none."""
    if isinstance(name, (bytes, bytearray)):
        name = bytes(name).decode("ascii", "replace")
    return name.partition("%")[0] if isinstance(name, str) else ""


@lru_cache(1024)
def packed(text: str) -> bytes | None:
    """An address as the kernel has it, IPv4 also where it is written within IPv6; None for a name."""
    try:
        number = socket.inet_pton(socket.AF_INET6, text) if ":" in text else socket.inet_aton(text)
    except (OSError, ValueError):
        return None
    return number[12:] if number[:12] == bytes(10) + b"\xff\xff" else number


def is_name(text: str) -> bool:
    """Would a name server be asked for it?"""
    return text.lower() not in ("", LOCALHOST, "<broadcast>") and packed(text) is None
