"""The end of a network: what runs on its hosts first, then the hosts; at `close()`, or at the end of a `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from labkit.network.link import Link, Links, each_of
from labkit.running.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from labkit.network.core import Core
    from labkit.network.host import Host
    from labkit.network.segment import NetworkSegment


class Closing:
    """What a network has to be closed with."""

    _core: Core
    _hosts: tuple[Host, ...]
    _link: Links
    _segments: dict[str, NetworkSegment]
    _over = False  # has it been closed here?

    @property
    def closed(self) -> bool:
        """Has it been closed, or has its helper ended?"""
        return self._core.closed

    def close(self) -> None:
        """End everything that runs on the hosts, then the hosts. Closing twice is as good as once.

        A forked child ends only what it has started there itself: the network is its parent's.
        """
        self._close(raising=False)

    def _close(self, raising: bool) -> None:
        with uninterrupted():  # half closed it would be nobody's; deadlines bound it
            self._end(raising)

    def _end(self, raising: bool) -> None:
        if "_link" not in self.__dict__ or self._over:  # never made: its helper could not start
            return
        if not self._core.home.here:  # a forked child lets go of it, and ends nothing
            self._core.close()
            return
        self._over = True
        try:
            self._core.cables.catch_up()  # what has been sent counts for the faults
        except RuntimeError:  # it has ended by itself, or where it was made, and its programs with it
            pass
        try:
            for end in self._core.ending:
                end(self._hosts, raising=raising)
            for link in self._all_links() if not self.closed else ():
                link.warn_of_unmatched(stacklevel=5)
        finally:
            self._core.close()

    def _all_links(self) -> list[Links | Link]:
        """Wherever faults can have been set, each once."""
        hosts = [host.link for host in self._hosts]
        parts = [part for link in hosts if isinstance(link, Links) for part in each_of(link)]
        return [self._link, *(segment.link for segment in self._segments.values()), *hosts, *parts]

    def __enter__(self) -> Self:
        if self.closed:
            raise RuntimeError("this network is closed; make a new one with Network(...)")
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self._close(raising=error is None)
