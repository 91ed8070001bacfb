"""Cables between hosts in namespaces: what the wire's process does to the frames of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labkit.network.conditions import Value
from labkit.network.core import Cable, Place
from labkit.network.helper import Client
from labkit.wire.fault import Fault


class WireCables:
    """The cables as the wire's process knows them.  Each verb: see `labkit.network.core.Cables`."""

    def __init__(self, client: Client, stations: Sequence[Cable]):
        self._client = client
        self._number = {cable: number for number, cable in enumerate(stations)}
        self.faults: Mapping[int, Fault] = {}

    def set_conditions(self, cable: Cable, conditions: Mapping[str, Value]) -> None:
        self._client.ask("conditions", self._number[cable], dict(conditions))

    def set_faults(self, place: Place, faults: Sequence[Fault]) -> None:
        numbers = self._client.ask("faults", place, [fault.as_message() for fault in faults])
        self.faults = {**self.faults, **dict(zip(numbers, faults, strict=True))}

    def fault_counts(self, place: Place) -> list[tuple[int, int]]:
        return [(matched, hit) for _, matched, hit in self._client.ask("fault_counts", place)]

    def counters(self) -> tuple[int, list[Sequence[int]]]:
        return self._client.ask("counters")

    def inject(self, cable: Cable, frame: bytes) -> None:
        self._client.ask("inject", self._number[cable], bytes(frame))

    def box(self, cable: Cable, verb: str, *arguments: Any) -> Any:
        return self._client.ask("box", verb, self._number[cable], *arguments)

    def catch_up(self) -> None:
        self._client.ask("catch_up")

    def check(self, what: str) -> None:
        """There are cables."""
