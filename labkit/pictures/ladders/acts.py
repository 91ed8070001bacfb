"""Calls as a ladder shows them: beside the frames that they sent, and those that let them return.  Pure."""

from typing import NamedTuple

from labkit.packets.addresses import format_address
from labkit.pictures.ladders.fold import amount
from labkit.pictures.ladders.matching import Matcher
from labkit.traces.calls import HIDDEN, RECEIVING, SENDING, Call
from labkit.words import say


class Act(NamedTuple):
    """A call in the picture: its host's place, and the numbers of what it sent and what let it return."""

    call: Call
    host: int
    cause: int | None
    release: int | None

    @property
    def begun(self) -> str:
        """ "connect(10.0.0.2:8080)" """
        call = self.call
        if call.name == "close" and call.before == "LISTEN":
            return say("{name}({args}) (listener)", name=call.name, args=call.args)
        return f"{call.name}({self.args})"

    @property
    def args(self) -> str:
        """ "10.0.0.2:8080", "5 bytes, 10.0.0.2:8080" """
        call = self.call
        if call.name in SENDING and call.size is not None and call.address is not None:
            return say("{size} bytes, {address}", size=call.size, address=format_address(call.address))
        return call.args

    @property
    def outcome(self) -> str:
        """ "5", "10.0.0.1:40000", "ConnectionRefusedError", "" """
        call = self.call
        if call.error:
            return call.error
        if call.name in RECEIVING and call.moved is not None:
            return str(call.moved) if call.moved else "b''"
        if call.name == "sendto":
            return ""
        return call.result

    @property
    def line(self) -> str:
        """The call and what came of it."""
        if self.call.end_ns is None:
            return f"{self.begun} …"
        return f"{self.begun} → {self.outcome}" if self.outcome else self.begun


def acts(calls, arrows: list, names: tuple[str, ...]) -> list[Act]:
    """What each call on the named hosts sent, and what it waited for."""
    places = {name: place for place, name in enumerate(names)}
    matcher = Matcher(arrows)
    drawn = [(call, places[call.host]) for call in calls if call.host in places and call.name not in HIDDEN]
    for call, host in drawn:
        matcher.prepare(call, host)
    return [Act(call, host, *matcher.match(call, host)) for call, host in drawn]


def grouped(acts: list[Act], runs: bool) -> list[list[Act]]:
    """The calls one by one; if `runs`, three and more alike on one socket, one after another, as one group.

    Alike: they move data the same way and succeed.  In how many pieces bulk data is read is up to chance.
    """
    groups: list[list[Act]] = []
    open_: dict = {}
    for act in acts:
        call = act.call
        way = call.name in SENDING, call.name in RECEIVING
        ends = call.name in RECEIVING and call.moved == 0
        moves = runs and any(way) and not call.error and call.end_ns is not None and not ends
        key = act.host, call.socket_id
        last = open_.get(key)
        if moves and last is not None and last[0].call.name == call.name:
            last.append(act)
            continue
        groups.append([act])
        open_[key] = groups[-1] if moves else None
    return [part for group in groups for part in ([group] if len(group) > 2 else [[act] for act in group])]


def summary(acts) -> str:
    """Several calls in one line, without their number, which chance decides."""
    call = acts[0].call
    total = sum((act.call.moved or 0) if call.name in RECEIVING else act.call.count for act in acts)
    same = len({act.call.args for act in acts}) == 1 and call.name not in SENDING
    return f"{call.name}({call.args if same else ''}) … {amount(total)}"
