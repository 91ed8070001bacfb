"""The names of what sockets are given as numbers: options, ways to shut down, protocols."""

from __future__ import annotations

import socket

SHUTDOWN = {socket.SHUT_RD: "SHUT_RD", socket.SHUT_WR: "SHUT_WR", socket.SHUT_RDWR: "SHUT_RDWR"}
_OPTIONS = {
    getattr(socket, level, -1): prefix
    for level, prefix in (
        ("SOL_SOCKET", "SO_"),
        ("IPPROTO_TCP", "TCP_"),
        ("IPPROTO_IP", "IP_"),
        ("IPPROTO_IPV6", "IPV6_"),
    )
}


def option(args) -> str:
    """The arguments of setsockopt() as a program writes them: "SO_REUSEADDR, 1"."""
    if len(args) < 3:
        return ", ".join(map(str, args))
    level, number, value = args[:3]
    prefix = _OPTIONS.get(level)
    names = sorted(
        (
            name
            for name in dir(socket)
            if prefix and name.startswith(prefix) and getattr(socket, name) == number
        ),
        key=len,
    )
    return f"{names[0] if names else f'{level}, {number}'}, {value if value is not None else args[-1]}"


def protocol(sock) -> str:
    """What a socket speaks: "TCP", "UDP", "raw IP", "packet raw"."""
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        known = {socket.SOCK_STREAM: "TCP", socket.SOCK_DGRAM: "UDP", socket.SOCK_RAW: "raw IP"}
        return known.get(sock.type, f"type {int(sock.type)}")
    family = getattr(sock.family, "name", str(sock.family)).removeprefix("AF_").lower()
    return f"{family} {getattr(sock.type, 'name', str(sock.type)).removeprefix('SOCK_').lower()}"
