"""How long a body takes from one program to another, as it is or compressed: over a cable, or without one."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from labkit.drawing.tables import aligned
from labkit.sockets.small import listening
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.network import Network

LOCAL = "one machine"
PORT = 7100
PATIENCE_S = 30.0
TRIES = 9  # the least of so many: what takes less than a millisecond is easily disturbed
AGAIN, LATE = 4, 1.3  # over a cable: tries at most, while each takes so many times what the cable takes
PAYS, COSTS = 1.5, 1 / 1.5  # less than that, either way, is no difference

Change = Callable[[bytes], bytes]


def _same(data: bytes) -> bytes:
    return data


def ship(net: Network, data: bytes, rate: Any, pack: Change = _same, unpack: Change = _same) -> float:
    """Seconds from pack(data), at the client, to unpack() of all that came, at the server.

    rate    of the cables, in Mbit/s; LOCAL: between two programs of one machine, over a Unix socket
    """
    if rate == LOCAL:
        return min(_once(net, data, rate, pack, unpack) for _ in range(TRIES))
    cable_s, tries = 8 * len(pack(data)) / (rate * 1e6), [_once(net, data, rate, pack, unpack)]
    # What a busy machine was late is not the cable's.
    while min(tries) > LATE * cable_s and len(tries) < AGAIN:
        tries.append(_once(net, data, rate, pack, unpack))
    return min(tries)


def compared(plain_s: float, packed_s: float) -> str:
    """What packing is good for, in words."""
    times = plain_s / packed_s
    return say("it pays") if times > PAYS else say("it costs") if times < COSTS else say("no difference")


def verdicts(shipped: Mapping[str, Mapping[Any, tuple[float, float]]]) -> str:
    """What compression is good for, at both ends: over the slowest cable, and on one machine.  As text."""
    rows = [["", say("the slowest cable"), say("one machine")]]
    for kind, found in shipped.items():
        rows.append([kind, compared(*next(iter(found.values()))), compared(*found[LOCAL])])
    return "\n".join(aligned(rows))


def _once(net: Network, data: bytes, rate: Any, pack: Change, unpack: Change) -> float:
    ours, theirs = socket.socketpair() if rate == LOCAL else _connected(net, rate)
    with ours, theirs:
        reading = net["server"].background(_read, theirs, unpack)
        begun = time.monotonic()
        ours.sendall(pack(data))
        ours.shutdown(socket.SHUT_WR)
        came, ended = reading.result(PATIENCE_S)
    if came != data:
        template = "unpack() does not undo pack(): {sent:,} bytes went in, {came:,} or others came out"
        raise ValueError(say(template, sent=len(data), came=len(came)))
    return ended - begun


def _connected(net: Network, rate: float) -> tuple[Any, Any]:
    net.link.rate_mbit = rate
    caller = net["client"].socket()
    try:
        with listening(net["server"], PORT) as listener:
            caller.connect((net["server"].address, PORT))
            return caller, listener.accept()[0]
    except BaseException:
        caller.close()
        raise


def _read(sock: socket.socket, unpack: Change) -> tuple[bytes, float]:
    parts = []
    while part := sock.recv(1 << 18):
        parts.append(part)
    return unpack(b"".join(parts)), time.monotonic()
