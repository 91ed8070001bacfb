"""What the frames of a trace carry: segments, datagrams, others, and between which hosts.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from labkit.packets.datagram import Datagram, Other
from labkit.packets.dissector import Dissector
from labkit.packets.frame import Frame
from labkit.packets.segment import Item, Segment, Segments


class Contents:
    """What is read from the frames of a trace, once, and again when there are more."""

    if TYPE_CHECKING:  # a trace gives them
        _hosts: tuple[str, ...]
        _addresses: dict[str, str]
        _memory: dict[str, Any]

        @property
        def frames(self) -> tuple[Frame, ...]: ...

    def _once(self, name: str, compute: Callable[[Any], Any]) -> Any:
        """compute(), remembered until the frames change (they do while a capture runs)."""
        frames = tuple(self.frames)
        memory = self.__dict__.get("_memory")
        if memory is None or (memory["frames"] is not frames and memory["frames"] != frames):
            memory = self._memory = {"frames": frames}
        if name not in memory:
            memory[name] = compute(frames)
        return memory[name]

    def _carrying(self, items: Iterable[Item]) -> None:
        """These are what the frames carry: they were read already, with all that went before them."""
        self._memory = {"frames": tuple(self.frames), "items": Segments(items)}

    @property
    def items(self) -> Segments[Item]:
        """Everything in order of departure: `Segment`, `Datagram` and `Other` values, one for each frame."""
        return self._once("items", lambda frames: Segments(map(Dissector(self._addresses).item, frames)))

    @property
    def segments(self) -> Segments[Segment]:
        """The TCP segments, in order of departure."""
        return self._once(
            "segments", lambda _: Segments(item for item in self.items if type(item) is Segment)
        )

    @property
    def datagrams(self) -> Segments[Datagram]:
        """The UDP datagrams, in order of departure.

        One that was sent in fragments is there once all of them have arrived, with the frame of the last; in `items`,
        and in ladders, its fragments stand one by one.
        """
        return self._once("datagrams", self._datagrams)

    def _datagrams(self, frames: tuple[Frame, ...]) -> Segments[Datagram]:
        whole = [item for item in self.items if type(item) is Datagram]
        fragments = [item.frame for item in self.items if type(item) is Other and item.fragment]
        if fragments:
            from labkit.packets.fragments import reassembled

            whole += reassembled(fragments)
            whole.sort(key=lambda datagram: datagram.number)
        return Segments(whole)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names of the hosts, in the order in which they are drawn from left to right."""
        return self._once(
            "hosts",
            lambda frames: tuple(
                dict.fromkeys(
                    (
                        *self._hosts,
                        *(
                            name
                            for frame in frames
                            for name in (frame.source, frame.target)
                            if name not in ("*", "")
                        ),
                    )
                )
            ),
        )
