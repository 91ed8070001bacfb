"""The way of a connection's two ends through TCP's states, step by step in words, from a trace.  Pure.

The changes of state are those of `tcpstate.states`, which ladders draw; here each gets its arrow in RFC 9293's
figure, and the steps are added that change no state but explain the way: a SYN that is sent again, a refusal.
"""

from __future__ import annotations

from typing import NamedTuple

from labkit.packets.frame import IN_FLIGHT, fate_words
from labkit.panels.machine.rfc import ABORT, ABORTED, ACTIVE_OPEN, BY_KEY, CLOSE, GAVE_UP, NOTE_3, RESET, WAYS
from labkit.pictures.ladders.story import tell
from labkit.traces.states import states


class Step(NamedTuple):
    """Something that happened to one end of a connection.

    end     0: the end that opened the connection, 1: the other one;  host: its name
    before, after   its states; the same for a step that changes none
    event, action   in words: "SYN arrives", "sends SYN,ACK" ("": nothing is sent)
    ways    the arrows of the figure that it took (`Way.key`); none where the figure leaves the way out
    label   what stands at such a way instead: "rcv RST"
    number  the frame that departed or arrived; 0 for a call that sent none
    time_ns on the trace's clock
    """

    end: int
    host: str
    before: str
    after: str
    event: str
    action: str
    ways: tuple[str, ...]
    label: str
    number: int
    time_ns: int

    def __str__(self) -> str:
        state = f"{self.before} → {self.after}" if self.before != self.after else f"still {self.after}"
        return f"{self.host}: {', '.join(filter(None, (self.event, state, self.action)))}"


class End(NamedTuple):
    """One end of a connection: its host, its address, and its state when the trace begins ("": unknown)."""

    host: str
    address: tuple[str, int]
    start: str


class Journey(NamedTuple):
    """A connection: its number among the trace's flows, both ends (the opening one first), steps, remarks."""

    number: int
    ends: tuple[End, End]
    steps: tuple[Step, ...]
    remarks: tuple[str, ...]

    def at(self, count: int) -> tuple[str, str]:
        """The states of both ends after so many steps."""
        now = [end.start for end in self.ends]
        for step in self.steps[:count]:
            now[step.end] = step.after
        return now[0], now[1]


_EVENTS = {
    "rcv SYN": "SYN arrives",
    "rcv SYN,ACK": "SYN,ACK arrives",
    "rcv ACK of SYN": "the ACK of its SYN arrives",
    "rcv FIN": "FIN arrives",
    "rcv ACK of FIN": "the ACK of its FIN arrives",
    "rcv FIN, ACK of FIN": "FIN arrives with the ACK of its own FIN",
    ACTIVE_OPEN: "the program connects",
    CLOSE: "the program closes",
}


def transitions_of(trace, flow=None) -> tuple[Step, ...]:
    """The steps of both ends of a connection (default: the first), in order of time.

    flow  a `Flow` of `trace.flows()`, its number, or one of its segments.  Raises ValueError for one that the
    trace does not have, and for a trace without a TCP segment.
    """
    return journey(trace, flow).steps


def journey(trace, flow=None) -> Journey:
    """The connection's ends, steps and remarks; arguments as for `transitions_of`."""
    numbers = {segment.flow for segment in trace.select(flow=flow)}
    found = [each for each in journeys(trace) if each.number in numbers]
    if not found:
        raise ValueError("there is no TCP segment in this trace, so no state of TCP; capture a connection")
    return found[0]


def journeys(trace) -> tuple[Journey, ...]:
    """All connections of a trace, in order of their first segment."""
    story = tell(trace, states=False)
    sent_by = {act.cause: act for act in story.acts if act.cause is not None}
    changes: dict[int, list] = {}
    for change in states(trace):
        changes.setdefault(change.cause.flow, []).append(change)
    segments: dict[int, list] = {}
    for segment in trace.segments:
        segments.setdefault(segment.flow, []).append(segment)
    again = {segment.number for segment in trace.retransmissions()}
    owners = trace.addresses
    return tuple(
        _Telling(
            owners, flow, changes.get(flow.number, ()), segments[flow.number], again, sent_by, trace.calls
        ).journey(story.remarks)
        for flow in trace.flows()
    )


class _Telling:
    """What is known of one connection, put into words."""

    def __init__(self, owners, flow, changes, segments, again, sent_by, calls):
        self.flow, self.changes, self.segments = flow, changes, segments
        self.again, self.sent_by, self.calls = again, sent_by, calls
        self.addresses = (flow.client_address, flow.server_address)
        # a forged segment names the host that it claims to come from
        self.hosts = (
            owners.get(flow.client_address[0], flow.client),
            owners.get(flow.server_address[0], flow.server),
        )
        self.found: list[tuple] = []  # (time, number, arrives, what makes the step of the state before)

    def journey(self, remarks) -> Journey:
        starts = [self._start(end) for end in (0, 1)]
        for change in self.changes:
            if change.before:
                end = self.addresses.index(change.local)
                arrives = (change.cause.dst, change.cause.dport) == change.local
                key = change.time_ns, change.cause.number, arrives
                self.found.append((*key, end, self._changed, change, arrives))
        self._repeated()
        self._refused(starts)
        self._listened(starts)
        self._gave_up()
        now, steps = list(starts), []
        for time, number, _, end, make, *facts in sorted(self.found, key=lambda entry: entry[:3]):
            before, after, event, action, ways, label = make(now[end], *facts)
            now[end] = after
            steps.append(Step(end, self.hosts[end], before, after, event, action, ways, label, number, time))
        ends = tuple(map(End, self.hosts, self.addresses, starts))
        return Journey(self.flow.number, ends, tuple(steps), (*self._remarks(starts, steps, now), *remarks))

    def _start(self, end: int) -> str:
        """The state of an end before its first change, as far as the segments tell."""
        for change in self.changes:
            if change.local == self.addresses[end]:
                return change.before or change.state
        return ""

    # -- what changes the state

    def _changed(self, now, change, arrives):
        before, after, cause = change.before, change.state, change.cause
        if "R" in cause.flags:
            event, label = (
                ("RST arrives", RESET) if arrives else (self._call(cause) or "it is aborted", ABORTED)
            )
            action = "" if arrives else "sends RST" + _fate(cause)
            return before, after, event, action, (), label
        ways = _path(before, after)
        event, sent = BY_KEY[ways[0]].event, BY_KEY[ways[-1]].sends
        if event in (CLOSE, ACTIVE_OPEN):
            words = self._call(cause) or _EVENTS[event]
        else:
            words = " and ".join(_EVENTS[BY_KEY[way].event] for way in ways)
        if sent == "ACK":
            done = self._answer(cause)
        else:
            done = f"sends {sent}{'' if arrives else _fate(cause)}" if sent else ""
        return before, after, words, done, ways, ""

    def _call(self, segment) -> str:
        """The call that sent a segment: "connect()", "shutdown(SHUT_WR)"; "" if the trace holds none."""
        act = self.sent_by.get(segment.number)
        if act is None:
            return ""
        return act.begun if act.call.name == "shutdown" else f"{act.call.name}()"

    def _answer(self, cause) -> str:
        """What carried the acknowledgement of a SYN or FIN that arrived."""
        for segment in self.segments:
            if (
                (segment.src, segment.sport) == (cause.dst, cause.dport)
                and segment.departed_ns >= (cause.arrived_ns or 0)
                and segment.ack is not None
                and segment.ack >= cause.end_seq
            ):
                if "F" in segment.flags:
                    return "its own FIN will carry the ACK"
                return ("its data will carry the ACK" if segment.data else "sends ACK") + _fate(segment)
        return "its ACK is not in the trace"

    # -- what does not

    def _repeated(self) -> None:
        kinds = set()
        for segment in self.segments:
            end = self.addresses.index((segment.src, segment.sport))
            kind = end, "S" in segment.flags, segment.flags == "S."
            if segment.number in self.again and kind in kinds and set(segment.flags) & set("SF"):
                self.found.append(
                    (segment.departed_ns, segment.number, False, end, self._sent_again, segment)
                )
            if set(segment.flags) & set("SF"):
                kinds.add(kind)  # a SYN that crosses another is answered with SYN,ACK: a new kind, not a copy

    def _sent_again(self, now, segment):
        what = ("SYN,ACK" if "." in segment.flags else "SYN") if "S" in segment.flags else "FIN"
        return (
            now,
            now,
            f"no ACK of its {what[:3]} came in time",
            f"sends {what} again{_fate(segment)}",
            (),
            "",
        )

    def _refused(self, starts) -> None:
        """A SYN that met nobody who listens: the RST answers it from CLOSED (RFC 9293 section 3.10.7.1)."""
        for end in (0, 1):
            if starts[end]:
                continue
            for segment in self.segments:
                if "R" in segment.flags and (segment.src, segment.sport) == self.addresses[end]:
                    starts[end] = "CLOSED"
                    self.found.append(
                        (segment.departed_ns, segment.number, False, end, self._refuses, segment)
                    )

    def _refuses(self, now, segment):
        return now, now, "SYN arrives and nobody listens", f"sends RST{_fate(segment)}", (), ""

    # -- what only calls tell

    def _listened(self, starts) -> None:
        """listen(), if the trace holds it: from CLOSED to LISTEN."""
        first = self.segments[0].departed_ns
        for call in reversed(self.calls):
            if (
                call.name == "listen"
                and not call.error
                and call.host == self.hosts[1]
                and call.local
                and call.local[1] == self.addresses[1][1]
                and call.begin_ns <= first
                and starts[1] in ("LISTEN", "")
            ):
                starts[1] = "CLOSED"
                self.found.append((call.begin_ns, 0, False, 1, self._listens))
                return

    def _listens(self, now):
        return now, "LISTEN", "listen()", "", ("CLOSED>LISTEN",), ""

    def _gave_up(self) -> None:
        """A connect() or a close() that ended SYN-SENT without an answer."""
        last = [change.state for change in self.changes if change.local == self.addresses[0]]
        opening = self.sent_by.get(self.segments[0].number)
        if last != ["SYN-SENT"] or opening is None:
            return
        call = opening.call
        if call.error and call.after == "CLOSED" and call.end_ns is not None:
            self.found.append((call.end_ns, 0, True, 0, self._gives_up, call))
            return
        for later in self.calls:
            if later.name == "close" and later.socket_id == call.socket_id and later.end_ns is not None:
                self.found.append((later.begin_ns, 0, True, 0, self._closes_early))
                return

    def _gives_up(self, now, call):
        return now, "CLOSED", f"no answer: {call.name}() raises {call.error}", "", (), GAVE_UP

    def _closes_early(self, now):
        return now, "CLOSED", "close()", "", ("SYN-SENT>CLOSED",), ""

    # -- what is said beside

    def _remarks(self, starts, steps, now) -> list[str]:
        remarks = []
        listened = any(step.before == "LISTEN" and step.after == "SYN-RECEIVED" for step in steps)
        if any(not change.before for change in self.changes):
            remarks.append(
                "The capture began in mid-connection: both ends are taken to have been ESTABLISHED then."
            )
        for start, host in zip(starts, self.hosts, strict=True):
            if start == "LISTEN":
                remarks.append(f"{host} was in LISTEN before the trace begins; no segment tells since when.")
            if not start:
                remarks.append(f"Nothing in the trace tells the state of {host}.")
        if listened:
            remarks.append(
                "The figure moves one end from LISTEN on; with sockets the listener stays in LISTEN, and a new "
                "socket goes on from there."
            )
        if any(step.before == "SYN-RECEIVED" and step.label == RESET for step in steps):
            remarks.append(
                "Note 1 of the figure: this connection is forgotten, and the listener is still in LISTEN."
            )
        elif any(step.label == RESET for step in steps):
            remarks.append(NOTE_3)
        if any(step.label == ABORTED for step in steps):
            remarks.append(ABORT)
        if any("FIN-WAIT-1>TIME-WAIT" in step.ways for step in steps):
            remarks.append(
                "Note 2 of the figure: a FIN that comes with the ACK leads from FIN-WAIT-1 straight to TIME-WAIT."
            )
        for state, host in zip(now, self.hosts, strict=True):
            if state == "TIME-WAIT":
                remarks.append(
                    f"{host} is left in TIME-WAIT: a timer ends it (2 MSL; on Linux 60 s), and no segment tells."
                )
        return remarks


def _path(before: str, after: str) -> tuple[str, ...]:
    """The arrow from a state to another, or the two of them that one segment brought about."""
    if f"{before}>{after}" in BY_KEY:
        return (f"{before}>{after}",)
    for way in WAYS:
        if way.before == before and way.event.startswith("rcv") and f"{way.after}>{after}" in BY_KEY:
            return way.key, f"{way.after}>{after}"
    raise ValueError(f"RFC 9293's figure has no way from {before} to {after}")


def _fate(segment) -> str:
    frame = segment.frame
    return "" if segment.delivered or frame.fate == IN_FLIGHT else f" ({fate_words(frame.fate)})"
