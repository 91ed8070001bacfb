"""The machine's socket tables, as far as they are about one host's address; and who else holds a port."""

from __future__ import annotations

import os
import socket
import sys


def lines_of(protocol: str, address: str) -> str:
    """The text of /proc/net/`protocol` (proc(5)): its heading, and the sockets at this IPv4 address.

    Raises FileNotFoundError where the kernel has no such table.
    """
    # The kernel prints the four bytes as one number of the machine's byte order.
    wanted = f"{int.from_bytes(socket.inet_aton(address), sys.byteorder):08X}"
    with open(f"/proc/net/{protocol}") as file:
        heading, *lines = file.read().splitlines(keepends=True)
    return "".join([heading, *(line for line in lines if line.split(None, 2)[1][:8] == wanted)])


def foreign_holder(port: int, protocol: str) -> str:
    """Which program holds a port on all addresses of this machine, in words; "" if none, or it cannot be seen."""
    from labkit.sockets.procnet import parse

    for name in (protocol, f"{protocol}6"):
        try:
            with open(f"/proc/net/{name}") as file:
                rows = parse(file.read(), name)
        except OSError:  # another system, or no IPv6
            continue
        for row in rows:
            if row.local[1] == port and row.local[0] in ("0.0.0.0", "::") and row.inode:
                return f"another program of this machine, on all its addresses ({_program(row.inode)})"
    return ""


def _program(inode: int) -> str:
    """The process that has this socket open, as far as we may look."""
    target = f"socket:[{inode}]"
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if any(
                os.readlink(f"/proc/{pid}/fd/{entry}") == target for entry in os.listdir(f"/proc/{pid}/fd")
            ):
                with open(f"/proc/{pid}/comm") as file:
                    return f"{file.read().strip()}, process {pid}"
        except OSError:  # it has ended, or is another user's
            continue
    return "a process of another user"
