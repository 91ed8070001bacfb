"""Guests: who came in by the door, from another process of the same user. They may ask all that the notebook may, but
to end the network; and what a terminal needs."""

from __future__ import annotations

import os

from labkit.wire import csocket as socket
from labkit.wire.askers import Asker, Askers
from labkit.wire.door import Door

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from labkit.wire.askers import Value
    from labkit.wire.loop import Wire
    from labkit.wire.programs import Programs


class Guests(Askers):
    """Lets them in, and carries out what they alone ask."""

    def __init__(self, maker: Asker, wire: Wire, programs: Programs, networks: Sequence[int]) -> None:
        super().__init__(maker, wire)
        self._networks = networks  # descriptors of those of the hosts
        self._programs = programs
        self._door: Door | None = None
        self._configuration: dict[str, Any] = {}
        self._ready: dict[str, Any] = {}
        self._record = -1

    def open_door(
        self, listener: socket.Socket, configuration: dict[str, Any], ready: dict[str, Any], record: int
    ) -> None:
        """Let guests in.

        configuration, ready   what the network was to be, and what its maker was told when it was there
        record                 descriptor of the record's memory
        """
        self._configuration, self._ready, self._record = configuration, ready, os.dup(record)
        self._door = Door(
            listener, self._wire, lambda channel, process: self._admit(Asker(channel, process, guest=True))
        )

    def shut(self) -> None:
        """Let nobody in any more."""
        if self._door is not None:
            self._door.close()

    def do_tell(self, asker: Asker) -> Value:
        """What the network that this is tells of itself: see `labkit.network.telling`."""
        return self._configuration["told"], []

    def do_visit(self, asker: Asker) -> Value:
        """For a process that joins: (configuration, ready) as the maker has them; hands over the record."""
        return (self._configuration, self._ready), [os.dup(self._record)]

    def do_conditions_of(self, asker: Asker, number: int) -> Value:
        """The conditions of a station's cable, as they are now."""
        station = self._wire.stations[number]
        return {**station.cable.get(), "cut": station.cut}, []

    def do_network(self, asker: Asker, host: int) -> Value:
        """Hands over the host's network: what is in it is to end with the helper, should that be killed."""
        return None, [os.dup(self._networks[host])]

    def do_terminal(
        self,
        asker: Asker,
        host: int,
        argv: list[str],
        cwd: str,
        environment: dict[str, str],
        interactive: bool,
    ) -> Value:
        """Start a program on the host as `do_spawn` does, for whoever sits at a terminal; the value is its pid.

        interactive   its standard input is a terminal, which is to be its own
        """
        *standard, status = asker.given
        shown = self._configuration["told"]["hosts"][host][0] if interactive else None
        pid = self._programs.spawn(
            asker, self._networks[host], argv, cwd, environment, standard, status, terminal=shown
        )
        asker.given.remove(status)
        return pid, []
