"""TCP's state machine as RFC 9293 has it (figure 5, section 3.10): states, events, transitions.  Pure."""

from __future__ import annotations

STATES = (
    "CLOSED",
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
)
"""RFC 9293 section 3.3.2."""

KERNEL_STATES = {
    1: "ESTABLISHED",
    2: "SYN-SENT",
    3: "SYN-RECEIVED",
    4: "FIN-WAIT-1",
    5: "FIN-WAIT-2",
    6: "TIME-WAIT",
    7: "CLOSED",
    8: "CLOSE-WAIT",
    9: "LAST-ACK",
    10: "LISTEN",
    11: "CLOSING",
    12: "SYN-RECEIVED",
    13: "CLOSED",
}
"""Linux's numbers (include/net/tcp_states.h; the first byte of TCP_INFO) and the RFC's names.  12 is a
connection that a listener holds before its handshake is complete, 13 a socket that is bound and no more."""

EVENTS = (
    "passive OPEN",
    "active OPEN",
    "SEND",
    "CLOSE",
    "ABORT",
    "rcv SYN",
    "rcv SYN,ACK",
    "rcv ACK of SYN",
    "rcv FIN",
    "rcv ACK of FIN",
    "rcv FIN,ACK of FIN",
    "rcv RST",
    "timeout",
)
"""What can happen to an end: calls of its user (RFC 9293 section 3.9.1), segments, and the 2 MSL timer."""

_SYNCHRONISED = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT")

TRANSITIONS = {
    ("CLOSED", "passive OPEN"): "LISTEN",
    ("CLOSED", "active OPEN"): "SYN-SENT",
    ("LISTEN", "rcv SYN"): "SYN-RECEIVED",
    ("LISTEN", "SEND"): "SYN-SENT",
    ("LISTEN", "active OPEN"): "SYN-SENT",
    ("LISTEN", "CLOSE"): "CLOSED",
    ("LISTEN", "ABORT"): "CLOSED",
    ("SYN-SENT", "rcv SYN"): "SYN-RECEIVED",
    ("SYN-SENT", "rcv SYN,ACK"): "ESTABLISHED",
    ("SYN-SENT", "CLOSE"): "CLOSED",
    ("SYN-SENT", "ABORT"): "CLOSED",
    ("SYN-SENT", "rcv RST"): "CLOSED",
    ("SYN-RECEIVED", "rcv ACK of SYN"): "ESTABLISHED",
    ("SYN-RECEIVED", "rcv SYN,ACK"): "ESTABLISHED",
    ("SYN-RECEIVED", "rcv FIN"): "CLOSE-WAIT",
    ("SYN-RECEIVED", "rcv RST"): "LISTEN",
    ("SYN-RECEIVED", "CLOSE"): "FIN-WAIT-1",
    ("SYN-RECEIVED", "ABORT"): "CLOSED",
    ("ESTABLISHED", "CLOSE"): "FIN-WAIT-1",
    ("ESTABLISHED", "rcv FIN"): "CLOSE-WAIT",
    ("FIN-WAIT-1", "rcv ACK of FIN"): "FIN-WAIT-2",
    ("FIN-WAIT-1", "rcv FIN"): "CLOSING",
    ("FIN-WAIT-1", "rcv FIN,ACK of FIN"): "TIME-WAIT",
    ("FIN-WAIT-2", "rcv FIN"): "TIME-WAIT",
    ("FIN-WAIT-2", "rcv FIN,ACK of FIN"): "TIME-WAIT",
    ("CLOSE-WAIT", "CLOSE"): "LAST-ACK",
    ("CLOSING", "rcv ACK of FIN"): "TIME-WAIT",
    ("CLOSING", "rcv FIN,ACK of FIN"): "TIME-WAIT",
    ("LAST-ACK", "rcv ACK of FIN"): "CLOSED",
    ("LAST-ACK", "rcv FIN,ACK of FIN"): "CLOSED",
    ("TIME-WAIT", "timeout"): "CLOSED",
    **{(state, event): "CLOSED" for state in _SYNCHRONISED for event in ("rcv RST", "ABORT")},
}
"""{(state, event): next state}: Figure 5 of RFC 9293 with its notes, and the resets that it leaves out."""


def next_state(state: str, event: str) -> str:
    """The state that follows, by RFC 9293 section 3.3.2; the same one for an event that changes nothing.

    `state` is one of `STATES`, `event` one of `EVENTS`; ValueError for any other.  A reset takes SYN-RECEIVED
    back to LISTEN, where it came from (in a simultaneous open, to CLOSED: Figure 5, note 1).
    """
    if state not in STATES:
        raise ValueError(f"{state!r} is not a TCP state; the states are {', '.join(STATES)}")
    if event not in EVENTS:
        raise ValueError(f"{event!r} is not an event of TCP; the events are {', '.join(map(repr, EVENTS))}")
    return TRANSITIONS.get((state, event), state)
