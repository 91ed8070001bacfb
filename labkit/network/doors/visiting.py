"""A network that another process has made, as this one has it: its hosts are for both, its cables and end are not."""

from __future__ import annotations

import mmap
import os
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from labkit.network.cables import WireCables
from labkit.network.conditions import CONDITIONS, Value
from labkit.network.core import Cable, ConditionsOf, Place
from labkit.network.doors.choosing import check_version, maker_of, the_network
from labkit.network.doors.door import Door, doors
from labkit.network.helper import Client, HelperFailed
from labkit.network.line import Line
from labkit.network.opening import prepare
from labkit.network.plan import Plan
from labkit.network.wired import WireCore
from labkit.running import forks
from labkit.wire.fault import Fault
from labkit.wire.record import Reader
from labkit.words import say


class Visitor(Client):
    """The helper of a network that another process has made, asked through its door: see `Client`."""

    def __init__(self, door: Door) -> None:
        (self.configuration, self.ready), (shared,) = door.ask("visit")
        self.home = forks.home()
        self._door = door
        self._first = door.line
        self._lines = {self.home: self._first}
        self._memory = mmap.mmap(shared, self.configuration["record_bytes"], prot=mmap.PROT_READ)
        os.close(shared)
        self.record = Reader(self._memory)
        self._close = weakref.finalize(self, _leave_all, self._lines.values())

    @property
    def pid(self) -> int:
        """The helper's process id."""
        return self._door.pid

    def _ended(self) -> Exception:
        """Why nobody answers any more."""
        self.close()
        return HelperFailed(
            say(
                "the network that was joined has ended: {maker}, which made it, has closed it or is gone; make it "
                "there again, and join it again",
                maker=maker_of(self._door),
            )
        )


class VisitedCables(WireCables):
    """The cables of a network that was joined: to be read, and to be changed where the network was made."""

    def set_conditions(self, cable: Cable, conditions: Mapping[str, Value]) -> None:
        self._refuse()

    def set_faults(self, place: Place, faults: Sequence[Fault]) -> None:
        self._refuse()

    def box(self, cable: Cable, verb: str, *arguments: Any) -> Any:
        if verb != "table":
            self._refuse()
        return super().box(cable, verb, *arguments)

    def _refuse(self) -> NoReturn:
        raise PermissionError(
            say(
                "this network was joined: its cables, and what stands between them, are changed where it was made, as "
                "in net.link.delay_ms = 20 there"
            )
        )

    def now(self, cable: Cable) -> Mapping[str, Value]:
        """The conditions of a cable, as they are whenever one looks."""
        return _Now(self._client, self._number[cable])


class _Now(Mapping[str, Value]):
    def __init__(self, client: Client, number: int) -> None:
        self._client, self._number = client, number

    def __getitem__(self, name: str) -> Value:
        return self._client.ask("conditions_of", self._number)[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*CONDITIONS, "cut"])

    def __len__(self) -> int:
        return len(CONDITIONS) + 1


def visit(name: str) -> tuple[WireCore, str | None, Plan, dict[str, int], ConditionsOf]:
    """Join the network of that name or number: its core, its name, its plan, its segments' sizes, its conditions.

    Raises LookupError where none has it, or several have; the message says which there are.
    """
    prepare()
    found, _ = doors()
    try:
        door = the_network(found, name)
        check_version(door)
    except BaseException:
        _leave_all(found)
        raise
    _leave_all(each for each in found if each is not door)
    visitor = Visitor(door)
    configuration = visitor.configuration
    plan = Plan(*configuration["plan"])
    core = WireCore(plan, configuration, visitor)
    core.cables = cables = VisitedCables(visitor, core.stations)
    return core, door.told["name"], plan, dict(configuration["segments"]), cables.now


def _leave_all(every: Iterable[Door | Line]) -> None:
    for way in every:
        way.close()
