"""A trace as scapy sees it.

`scapy.all` costs about a second; the layers that dissect what is on our wire cost a fifth of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import scapy.layers.inet
import scapy.layers.inet6  # noqa: F401
from scapy.config import conf
from scapy.layers.l2 import Ether
from scapy.packet import Packet
from scapy.plist import PacketList

if TYPE_CHECKING:
    from labkit.traces.trace import Trace


def packets(trace: Trace, name: str = "Trace") -> PacketList:
    """A trace's frames as scapy packets, in order of departure, with their times since 1970.

    Files keep their own times; a live trace's clock is CLOCK_MONOTONIC and is set by the wall clock here.
    """
    offset = trace.epoch_ns
    return PacketList([_dissect(frame.data, frame.departed_ns + offset) for frame in trace.frames], name)


def _dissect(data: bytes, time_ns: int) -> Packet:
    packet: Packet
    try:
        packet = Ether(data)
    except Exception:
        if conf.debug_dissector:
            raise
        packet = conf.raw_layer(data)  # as scapy itself does with what it cannot read
    packet.time = time_ns / 1e9
    return packet
