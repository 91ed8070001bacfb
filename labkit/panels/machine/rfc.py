"""RFC 9293's state machine as its Figure 5 draws it: the states, what each means, and the ways out of it.  Pure."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """A state of a connection's end: what it means in a sentence, and where RFC 9293 says what happens in it."""

    name: str
    meaning: str
    section: str


STATES = {
    state.name: state
    for state in (
        State("CLOSED", "There is no connection: nothing is kept of one.", "3.10.7.1"),
        State("LISTEN", "It waits for anyone's SYN; it has no peer yet.", "3.10.7.2"),
        State("SYN-SENT", "It has sent its SYN and waits for the peer's.", "3.10.7.3"),
        State("SYN-RECEIVED", "Both SYNs are out; it waits for the acknowledgement of its own.", "3.10.7.4"),
        State("ESTABLISHED", "The connection is open: data may go both ways.", "3.10.7.4"),
        State("FIN-WAIT-1", "It has sent its FIN, which is not acknowledged yet.", "3.10.7.4"),
        State(
            "FIN-WAIT-2", "Its FIN is acknowledged; the peer may go on sending until its own FIN.", "3.10.7.4"
        ),
        State(
            "CLOSE-WAIT",
            "The peer has sent its FIN; here the program has not closed yet, and may still send.",
            "3.10.7.4",
        ),
        State("CLOSING", "Both FINs have crossed; it waits for the acknowledgement of its own.", "3.10.7.4"),
        State(
            "LAST-ACK", "Both have sent a FIN; it waits for the last acknowledgement, of its own.", "3.10.7.4"
        ),
        State(
            "TIME-WAIT",
            "All is acknowledged; it waits for 2 MSL, in case the peer did not get its last ACK.",
            "3.10.7.4",
        ),
    )
}
"""The states in the RFC's order of section 3.3.2, by name."""


PASSIVE_OPEN, ACTIVE_OPEN, SEND, CLOSE, TIMEOUT = (
    "passive OPEN",
    "active OPEN",
    "SEND",
    "CLOSE",
    "Timeout=2MSL",
)
_OF_ITS_OWN = frozenset({PASSIVE_OPEN, ACTIVE_OPEN, SEND, CLOSE, TIMEOUT})  # what no segment brings about


class Way(NamedTuple):
    """A transition: from a state to a state, by an event, with an action, as Figure 5 labels it.

    does   what is done with the control block (TCB), "" for nothing;  sends: the flags of what is sent, "" for nothing
    note   the figure's remark on it, "" for none
    """

    before: str
    after: str
    event: str
    does: str
    sends: str = ""
    note: str = ""

    @property
    def action(self) -> str:
        """ "create TCB, snd SYN" """
        return ", ".join(filter(None, (self.does, self.sends and f"snd {self.sends}")))

    @property
    def key(self) -> str:
        """ "SYN-SENT>ESTABLISHED": no two ways join the same states in the same direction."""
        return f"{self.before}>{self.after}"

    @property
    def arrives(self) -> bool:
        """Is a segment that arrives the event, and not a call or a timer?"""
        return self.event not in _OF_ITS_OWN

    @property
    def label(self) -> str:
        """ "rcv SYN,ACK / snd ACK" """
        return " / ".join(filter(None, (self.event, self.action)))


RESET, ABORTED, GAVE_UP = "rcv RST", "ABORT / snd RST", "gives up"
LEFT_OUT = {RESET: (RESET, ""), ABORTED: ("ABORT", "snd RST"), GAVE_UP: (GAVE_UP, "")}
"""What may stand at a way that the figure leaves out, and its event and action."""

_NOTE_1 = "note 1: only if SYN-RECEIVED was reached from LISTEN"
_NOTE_2 = "note 2: the figure leaves it out, the text (section 3.10.7.4) has it"

WAYS = tuple(
    Way(*fields)
    for fields in (
        ("CLOSED", "LISTEN", PASSIVE_OPEN, "create TCB"),
        ("LISTEN", "CLOSED", CLOSE, "delete TCB"),
        ("CLOSED", "SYN-SENT", ACTIVE_OPEN, "create TCB", "SYN"),
        ("SYN-SENT", "CLOSED", CLOSE, "delete TCB"),
        ("LISTEN", "SYN-RECEIVED", "rcv SYN", "", "SYN,ACK"),
        ("SYN-RECEIVED", "LISTEN", "rcv RST (note 1)", "", "", _NOTE_1),
        ("LISTEN", "SYN-SENT", SEND, "", "SYN"),
        ("SYN-SENT", "SYN-RECEIVED", "rcv SYN", "", "SYN,ACK"),
        ("SYN-SENT", "ESTABLISHED", "rcv SYN,ACK", "", "ACK"),
        ("SYN-RECEIVED", "ESTABLISHED", "rcv ACK of SYN", "x"),
        ("SYN-RECEIVED", "FIN-WAIT-1", CLOSE, "", "FIN"),
        ("ESTABLISHED", "FIN-WAIT-1", CLOSE, "", "FIN"),
        ("ESTABLISHED", "CLOSE-WAIT", "rcv FIN", "", "ACK"),
        ("FIN-WAIT-1", "FIN-WAIT-2", "rcv ACK of FIN", "x"),
        ("FIN-WAIT-1", "CLOSING", "rcv FIN", "", "ACK"),
        ("FIN-WAIT-1", "TIME-WAIT", "rcv FIN, ACK of FIN", "", "ACK", _NOTE_2),
        ("FIN-WAIT-2", "TIME-WAIT", "rcv FIN", "", "ACK"),
        ("CLOSING", "TIME-WAIT", "rcv ACK of FIN", "x"),
        ("CLOSE-WAIT", "LAST-ACK", CLOSE, "", "FIN"),
        ("LAST-ACK", "CLOSED", "rcv ACK of FIN", "x"),
        ("TIME-WAIT", "CLOSED", TIMEOUT, "delete TCB"),
    )
)
"""The arrows of Figure 5, and the one that its note 2 adds.  "x": nothing is sent."""

BY_KEY = {way.key: way for way in WAYS}

NOTE_3 = "Note 3 of the figure: it leaves resets out; one that arrives leads to CLOSED from any state."
ABORT = "ABORT (section 3.10.5) sends RST and leads to CLOSED; the figure leaves it out."
"""What the figure leaves out and a trace may show."""


def ways_out(state: str) -> tuple[Way, ...]:
    """The arrows that leave a state; KeyError for what is no state."""
    STATES[state]
    return tuple(way for way in WAYS if way.before == state)


def listing() -> str:
    """The machine as lines of text: each state, its meaning, and its ways out."""
    lines = ["TCP's state machine (RFC 9293 section 3.3.2, Figure 5): event / action"]
    for state in STATES.values():
        lines.append(f"{state.name}: {state.meaning} (section {state.section})")
        ways = ways_out(state.name)
        width = max(len(way.label) for way in ways)
        lines += [f"  {way.label:<{width}}  → {way.after}" for way in ways]
    return "\n".join(lines)
