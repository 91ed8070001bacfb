"""Cables where there are none: between loopback addresses nothing delays, loses or counts a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labkit.modes.mode import Mode
from labkit.modes.needs import INSTEAD, NeedsHosts
from labkit.network.conditions import Value, changed
from labkit.network.core import Cable, Place
from labkit.network.loopback.client import LoopbackClient
from labkit.wire.fault import Fault


def needs_hosts(mode: Mode, what: str) -> NeedsHosts:
    """The error for something that only hosts of their own have; *what* begins a sentence."""
    return NeedsHosts(
        f"{what} needs hosts of their own with cables between them, and in the mode {mode.name} "
        f"({mode.why}) hosts are loopback addresses of this machine; {INSTEAD}"
    )


class NoCables:
    """Each verb of `labkit.network.core.Cables`, refused where it would have to act; what already holds may be set."""

    def __init__(self, mode: Mode, client: LoopbackClient):
        self._mode, self._client = mode, client
        self.faults: Mapping[int, Fault] = {}

    def set_conditions(self, cable: Cable, conditions: Mapping[str, Value]) -> None:
        self._client.check_open()
        if asked := changed(dict(conditions)):
            self.check("cut()" if asked == ["cut=True"] else f"setting {', '.join(asked)} on a link")

    def set_faults(self, place: Place, faults: Sequence[Fault]) -> None:
        if faults:
            self.check(f"faults={faults!r}")

    def fault_counts(self, place: Place) -> list[tuple[int, int]]:
        return []

    def counters(self) -> tuple[int, list[Sequence[int]]]:
        raise needs_hosts(self._mode, "counting the frames on a cable")

    def inject(self, cable: Cable, frame: bytes) -> None:
        self.check("putting a frame on the wire")

    def box(self, cable: Cable, verb: str, *arguments: Any) -> Any:
        raise needs_hosts(self._mode, f"a middle box on {cable[0]}")

    def catch_up(self) -> None:
        """Nothing is counted."""

    def check(self, what: str) -> None:
        raise needs_hosts(self._mode, what)
