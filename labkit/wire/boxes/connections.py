"""What a middle box remembers of one connection: what it saw of it last, and when.  Pure.

Times are ns. Idle times are those of RFC 5382 section 5 (TCP), RFC 4787 section 4.3 (UDP) and RFC 5508 section 3.2
(ICMP), where nobody says others.
"""

from __future__ import annotations

from labkit.wire.boxes.packet import ACK, FIN, RST, SYN, TCP, UDP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from labkit.wire.boxes.packet import Packet

ESTABLISHED_S = 7440  # of TCP; two hours and four minutes, more than keep-alive needs
TRANSITORY_S = 240  # of TCP before the handshake is done, and after a FIN
DATAGRAM_S, QUERY_S = 300, 60  # of UDP; of ICMP and all else
_NS = 1_000_000_000


class Connection:
    """One, between somebody inside and somebody outside.

    state   of TCP, as a box sees it that stands between: SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN (one side has
            closed), TIME-WAIT (both have); CLOSED after a reset. Of all else UNREPLIED, or REPLIED since the other
            side has sent something
    used    when a packet of it passed last, ns
    began_inside   was its first packet one that went out?
    """

    __slots__ = ("_closed", "began_inside", "protocol", "state", "used")

    def __init__(self, packet: Packet, out: bool, now: int) -> None:
        """It begins with this packet, which goes out, or comes in."""
        self.protocol, self.began_inside = packet.protocol, out
        self._begin(now)

    def _begin(self, now: int) -> None:
        self.state = "SYN-SENT" if self.protocol == TCP else "UNREPLIED"
        self.used = now
        self._closed: set[bool] = set()  # who has sent a FIN: inside, outside

    def sees(self, packet: Packet, out: bool, now: int) -> None:
        """A packet of it passes, outwards or inwards; either keeps it alive (RFC 4787, REQ-6)."""
        self.used = now
        if self.protocol != TCP:
            if out is not self.began_inside:
                self.state = "REPLIED"
            return
        flags = packet.flags
        if flags & RST:
            self.state = "CLOSED"
        elif (
            flags & (SYN | ACK) == SYN and out is self.began_inside and self.state in ("TIME-WAIT", "CLOSED")
        ):
            self._begin(now)  # a new one, from the same port
        elif flags & FIN:
            self._closed.add(out)
            self.state = "TIME-WAIT" if len(self._closed) == 2 else "FIN"
        elif self.state == "SYN-SENT" and flags & (SYN | ACK) == SYN | ACK and out is not self.began_inside:
            self.state = "SYN-RECEIVED"
        elif self.state == "SYN-RECEIVED" and not flags & SYN and out is self.began_inside:
            self.state = "ESTABLISHED"

    def over(self, now: int, idle_s: float | None) -> bool:
        """Has it been reset, or idle for so long, s, that it is forgotten?  idle_s None: as long as the RFCs say."""
        if self.state == "CLOSED":
            return True
        seconds = idle_s
        if seconds is None:
            seconds = {TCP: TRANSITORY_S, UDP: DATAGRAM_S}.get(self.protocol, QUERY_S)
            if self.state == "ESTABLISHED":
                seconds = ESTABLISHED_S
        return now - self.used >= seconds * _NS
