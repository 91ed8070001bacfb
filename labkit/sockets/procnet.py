"""The kernel's text of a host's sockets, /proc/net/{tcp,udp,raw,icmp} and those of IPv6 (proc(5)), as rows."""

from __future__ import annotations

import re
import socket
import struct

from labkit.sockets.row import Row
from labkit.traces.machine import KERNEL_STATES

# Timers of proc(5) and net/ipv4/tcp_ipv4.c: get_tcp4_sock
_TIMERS = {0: "", 1: "retransmission", 2: "keep-alive", 3: "TIME-WAIT", 4: "zero-window probe"}

_ANY = ("0.0.0.0", "::")
_LOCAL = re.compile(r"^ *\d+: ([0-9A-F:]+) ", re.MULTILINE)


def parse(text: str, protocol: str) -> list[Row]:
    """Rows of the text of a table of /proc/net; raises ValueError for a line that it cannot read.

    A raw socket has no port: in its place stands the protocol's number (raw(7)); of a ping socket it is the identifier
    of its echo requests (icmp(7)).
    """
    rows = []
    for line in text.splitlines():
        fields = line.split()
        if not fields or fields[0] == "sl":
            continue
        try:
            local, remote = _address(fields[1]), _address(fields[2])
            number = int(fields[3], 16)
            send, receive = (int(queue, 16) for queue in fields[4].split(":"))
            timer, inode = int(fields[5].split(":")[0], 16), int(fields[9])
        except (IndexError, ValueError, OSError, struct.error) as error:
            raise ValueError(f"/proc/net/{protocol}: cannot read the line {line!r}") from error
        if protocol.startswith("tcp"):
            state = KERNEL_STATES.get(number, f"state {number}")
        else:
            state = "connected" if number == 1 else ""
        anyone = remote[1] == 0 and remote[0] in _ANY
        rows.append(
            Row(
                protocol,
                state,
                local,
                None if anyone else remote,
                receive,
                send,
                timer=_TIMERS.get(timer, f"timer {timer}"),
                inode=inode,
            )
        )
    return rows


def local_addresses(text: str) -> set[tuple[str, int]]:
    """The local addresses of such a text, each once: of thousands of connections in TIME-WAIT it takes a moment."""
    return {_address(field) for field in set(_LOCAL.findall(text))}


def _address(field: str) -> tuple[str, int]:
    """ "0100007F:1F90" is 127.0.0.1:8080: 32-bit words in the machine's byte order, then the port."""
    words, port = field.split(":")
    if len(words) not in (8, 32):
        raise ValueError(field)
    raw = b"".join(struct.pack("=I", int(words[i : i + 8], 16)) for i in range(0, len(words), 8))
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, raw), int(port, 16)
