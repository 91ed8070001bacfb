"""Cables between hosts in namespaces: what the wire's process does to the frames of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labkit.network.conditions import Value
from labkit.network.helper import Client
from labkit.wire.faults import Fault


class WireCables:
    """The cables as the wire's process knows them.  Each verb: see `labkit.network.core.Cables`."""

    def __init__(self, client: Client, names: Sequence[str]):
        self._client = client
        self._index = {name: index for index, name in enumerate(names)}
        self.faults: Mapping[int, Fault] = {}

    def set_conditions(self, host: str, conditions: Mapping[str, Value]) -> None:
        self._client.ask("conditions", self._index[host], dict(conditions))

    def set_faults(self, host: str | None, faults: Sequence[Fault]) -> None:
        numbers = self._client.ask("faults", self._place(host), [fault.as_message() for fault in faults])
        self.faults = {**self.faults, **dict(zip(numbers, faults, strict=True))}

    def fault_counts(self, host: str | None) -> list[tuple[int, int]]:
        return [(matched, hit) for _, matched, hit in self._client.ask("fault_counts", self._place(host))]

    def counters(self) -> tuple[int, list[Sequence[int]]]:
        return self._client.ask("counters")

    def inject(self, host: str, frame: bytes) -> None:
        self._client.ask("inject", self._index[host], bytes(frame))

    def catch_up(self) -> None:
        self._client.ask("catch_up")

    def check(self, what: str) -> None:
        """There are cables."""

    def _place(self, host: str | None) -> int | None:
        return None if host is None else self._index[host]
