"""The way of a connection's two ends through TCP's states, as values.  Pure.

The changes of state are those of `labkit.traces.states`, which ladders draw; here each gets its arrow in RFC 9293's
figure, and the steps are added that change no state but explain the way: a SYN that is sent again, a refusal.
"""

from __future__ import annotations

from typing import NamedTuple


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
