"""May we capture on the loopback interface? Found by opening what captures, and closing it."""

from __future__ import annotations

import socket
import sys


def why_not() -> str:
    """Why packets on the loopback interface cannot be captured, in words; "" where they can."""
    if sys.platform != "linux":
        from .scapytap import why_not

        return why_not()
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as probe:
            probe.bind(("lo", 0))
    except OSError as error:
        return f"capturing on the loopback interface: {error.strerror}"
    return ""
