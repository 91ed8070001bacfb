"""Which loopback addresses the hosts of a network have, so that two networks never share one.

On Linux and Windows the whole of 127.0.0.0/8 is the machine itself (RFC 1122, section 3.2.1.3): network x has
127.x.0.1, 127.x.0.2, … macOS has 127.0.0.1 alone: there all hosts share it, and their ports tell them apart.
"""

from __future__ import annotations

import errno
import socket
import sys

IP_BIND_ADDRESS_NO_PORT = 24  # ip(7), Linux alone
_BLOCKS = range(1, 255)
_PORTS = (47_127, 47_128, 47_129)  # one is enough, unless a program holds it on all addresses


def whole_block() -> bool:
    """Is all of 127.0.0.0/8 this machine?"""
    return sys.platform in ("linux", "win32")


class Claim:
    """Addresses that are this network's until `close()`, or until its process is gone, however it went.

    hosts   an address for each host
    block   the two first bytes of them all, where they are this network's own; else None
    socket  a bound datagram socket of the network's that holds the claim
    """

    def __init__(self, hosts: tuple[str, ...], block: bytes | None, holding: socket.socket):
        self.hosts, self.block, self.socket = hosts, block, holding
        self.address = holding.getsockname()

    def close(self) -> None:
        self.socket.close()


def claim(hosts: int) -> Claim:
    """Claim addresses for so many hosts; raises OSError (EADDRINUSE) when 254 networks are open already."""
    if not whole_block():
        return Claim(("127.0.0.1",) * hosts, None, _held("127.0.0.1", 0))
    used = _used_blocks()
    for port in _PORTS:
        # First those without a trace of an earlier network: its connections may be in TIME-WAIT for a minute.
        for block in sorted(_BLOCKS, key=used.__contains__):
            if port != _PORTS[0] and block in used:  # perhaps claimed by the port before
                continue
            try:
                held = _held(f"127.{block}.255.254", port)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            # On a busy machine another process may have claimed it, used it and gone since we looked.
            if block not in used and block in _used_blocks(besides=held.getsockname()):
                held.close()
                continue
            return Claim(tuple(f"127.{block}.0.{n}" for n in range(1, hosts + 1)), bytes([127, block]), held)
    raise OSError(
        errno.EADDRINUSE,
        f"no block of loopback addresses is free: UDP ports {', '.join(map(str, _PORTS))} are held on all of them; "
        "close some networks, or the program that holds these ports",
    )


def _held(address: str, port: int) -> socket.socket:
    holding = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if sys.platform == "win32":
            holding.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        holding.bind((address, port))
        holding.setblocking(False)
    except BaseException:
        holding.close()
        raise
    return holding


def _used_blocks(besides: tuple[str, int] | None = None) -> set[int]:
    """The blocks in which there are sockets now, where this machine says; besides the one at this address."""
    from labkit.sockets.owners import owners
    from labkit.sockets.procnet import parse

    # A socket that is bound and no more is in no table of the kernel's.
    open_sockets = [sock for owner in owners() if (sock := owner.socket()) is not None and sock.fileno() >= 0]
    blocks = {int(sock._at.address.split(".")[1]) for sock in open_sockets}
    for protocol in ("tcp", "udp"):
        try:
            with open(f"/proc/net/{protocol}") as file:
                rows = parse(file.read(), protocol)
        except OSError:  # no Linux, or one that hides it
            continue
        for row in rows:
            first, second, *_ = row.local[0].split(".")
            if first == "127" and row.local != besides:
                blocks.add(int(second))
    return blocks
