"""May we capture on the loopback interface? Found by opening what captures, and closing it."""

from __future__ import annotations

import socket
import sys
from typing import Any


def why_not() -> str:
    """Why packets on the loopback interface cannot be captured, in words; "" where they can."""
    try:
        if sys.platform == "linux":
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as probe:
                probe.bind(("lo", 0))
        else:
            open_loopback().close()
    except OSError as error:
        return f"capturing on the loopback interface: {error.strerror or error}"
    return ""


def open_loopback() -> Any:
    """scapy's own capture socket on the loopback interface; raises OSError, also where scapy has nothing to capture
    with."""
    import scapy.layers.inet
    import scapy.sendrecv  # noqa: F401
    from scapy.config import conf
    from scapy.error import Scapy_Exception

    try:
        return conf.L2listen(iface=conf.loopback_name, promisc=False)
    except (RuntimeError, Scapy_Exception) as error:  # RuntimeError: there is no libpcap or Npcap
        raise OSError(str(error)) from error
