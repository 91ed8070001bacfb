"""Addresses as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def format_address(address: Any) -> str:
    """An address as people write it: "10.0.0.2:8080", "[fd00::2]:8080" (RFC 3986 section 3.2.2), a Unix path, "" for
    none."""
    if not isinstance(address, tuple):
        return "" if address is None else str(address)
    if len(address) >= 2 and isinstance(address[0], str) and isinstance(address[1], int):
        host, port = address[0], address[1]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return " ".join(format_address(part) for part in address)


def address_of(host: str, addresses: Mapping[str, str], *, ipv6: bool) -> str | None:
    """The host's address of that family, from {address: name of its host}; None if it has none."""
    return next(
        (address for address, owner in addresses.items() if owner == host and (":" in address) == ipv6), None
    )


def end_of(address: Any) -> tuple[str, int] | None:
    """(IP address, port) of an address of the internet's that says both; None for any other, and for names."""
    if not isinstance(address, tuple) or len(address) < 2 or not isinstance(address[0], str):
        return None
    ip, port = address[:2]
    return (ip, port) if ":" in ip or ip[:1].isdigit() else None
