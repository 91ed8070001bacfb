"""One connection, put into words: what changed the state of an end, and what did not."""

from __future__ import annotations

from labkit.packets.frame import IN_FLIGHT, fate_words
from labkit.panels.machine.remarks import remarks_on
from labkit.panels.machine.rfc import ABORTED, ACTIVE_OPEN, BY_KEY, CLOSE, GAVE_UP, RESET, WAYS
from labkit.panels.machine.steps import End, Journey, Step

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


class Telling:
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
        first, second = map(End, self.hosts, self.addresses, starts)
        return Journey(
            self.flow.number,
            (first, second),
            tuple(steps),
            (*remarks_on(self.changes, self.hosts, starts, steps, now), *remarks),
        )

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
        lacks = "SYN" if "S" in segment.flags else "FIN"
        what = "SYN,ACK" if lacks == "SYN" and "." in segment.flags else lacks
        return (
            now,
            now,
            f"no ACK of its {lacks} came in time",
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


def _path(before: str, after: str) -> tuple[str, ...]:
    """The arrow from a state to another, or the two of them that one segment brought about."""
    if f"{before}>{after}" in BY_KEY:
        return (f"{before}>{after}",)
    for way in WAYS:
        if way.before == before and way.arrives and f"{way.after}>{after}" in BY_KEY:
            return way.key, f"{way.after}>{after}"
    raise ValueError(f"RFC 9293's figure has no way from {before} to {after}")


def _fate(segment) -> str:
    frame = segment.frame
    return "" if segment.delivered or frame.fate == IN_FLIGHT else f" ({fate_words(frame.fate)})"
