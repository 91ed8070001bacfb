"""What the notebook may ask of a network on the loopback interface: as of the wire's helper, without a process."""

from __future__ import annotations

import functools
import mmap
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar, cast

from labkit.modes.needs import NeedsCapture
from labkit.network.loopback.addresses import Claim
from labkit.network.loopback.sniffer import Sniffer
from labkit.running.forks import Home, home
from labkit.sockets import place
from labkit.wire.record import HEADER, Reader, Writer
from labkit.words import say

Asked = TypeVar("Asked", bound=Callable[..., Any])


def _asked(verb: Asked) -> Asked:
    """One at a time, of a network that is open, in the process that made it: a thread there fills the record."""

    @functools.wraps(verb)
    def asked(self: LoopbackClient, *arguments: Any) -> Any:
        if not self.home.here:
            raise self.home.elsewhere(
                say("frames on the loopback interface are captured"),
                say("capture there, or make a network of your own here: Network(...)"),
            )
        with self._lock:
            self.check_open()
            return verb(self, *arguments)

    return cast(Asked, asked)


class LoopbackClient:
    """The record of a network's frames, and whoever fills it. Calls may come from any thread.

    can_capture: False in the mode "recorded"; `why`: that mode's reason, for the error.
    """

    def __init__(self, claim: Claim, macs, places, record_bytes: int, can_capture: bool, why: str):
        self.home = home()
        self._lock = threading.Lock()
        self._memory = _memory(record_bytes if can_capture else HEADER)
        self._writer = Writer(self._memory)
        self._sniffer = Sniffer(claim, macs, places, self._writer)
        self._can_capture, self._why = can_capture, why
        self._captures = 0
        self.abandoned: list[tuple[Any, ...]] = []  # captures: there is nothing else to drop here
        self.record = Reader(self._memory)
        self._close = weakref.finalize(self, _close, self.home, self._sniffer, claim)

    @property
    def closed(self) -> bool:
        return not self._close.alive

    def close(self) -> None:
        """End the capture and give the addresses back."""
        self._close()

    def check_open(self) -> None:
        """Raise RuntimeError when the network is closed."""
        if self.closed:
            raise RuntimeError("this network is closed; make a new one with Network(...)")

    @_asked
    def capture_start(self, snap: int | None) -> tuple[int, dict[str, int]]:
        """Where the capture begins in the record, and what was missed before."""
        if not self._can_capture:
            raise NeedsCapture(_words(self._why))
        while self.abandoned:
            self.abandoned.pop()
            self._captures -= 1
        if self._captures:
            self._sniffer.drain()
        else:
            self._sniffer.stop()
            self._writer.reset()
            _give_back(self._memory)
            try:
                with place.machine():
                    self._sniffer.start(snap)
            except PermissionError as error:
                raise NeedsCapture(_words(f"{self._why}, but the kernel says: {error.strerror}")) from None
        self._captures += 1
        return self._writer.head, self._missed()

    @_asked
    def capture_stop(self, settled: int | None) -> tuple[int, dict[str, int]] | None:
        """Where it ends, and what was missed by now: what is on the interface now is in it.

        None, and it goes on, if that is more than what was found to be `settled`: the record up to there.
        """
        self._sniffer.drain()
        if settled not in (None, self._writer.head):
            return None
        return self._writer.head, self._missed()

    @_asked
    def capture_release(self) -> None:
        """Nobody reads one capture any more; with the last of them the interface is left alone."""
        self._captures -= 1
        if not self._captures:
            self._sniffer.stop()

    @_asked
    def catch_up(self) -> int:
        """Take in what is on the interface now; returns the record's end."""
        self._sniffer.drain()
        return self._writer.head

    @_asked
    def missed(self) -> dict[str, int]:
        """Frames that were lost, by the port that lost them."""
        return self._missed()

    def _missed(self) -> dict[str, int]:
        return {"lo": self._sniffer.missed()}

    @_asked
    def watch(self, event: threading.Event) -> None:
        """Set the event at each change of the record."""
        self._sniffer.watchers.append(event)

    @_asked
    def unwatch(self, event: threading.Event) -> None:
        """Set it no more."""
        self._sniffer.watchers.remove(event)


class LoopbackWatch:
    """Waits for news in the record; the same verbs as `labkit.network.core.Watch`."""

    def __init__(self, client: LoopbackClient):
        self._client, self._event = client, threading.Event()
        client.watch(self._event)

    def wait(self, timeout: float) -> bool:
        """Wait for a change, `timeout` seconds at most; False when none came."""
        come = self._event.wait(max(0.0, timeout))
        self._event.clear()
        return come

    def clear(self) -> None:
        """Forget what has come so far."""
        self._event.clear()

    def signal(self) -> None:
        """Make the next `wait` return at once."""
        self._event.set()

    def close(self) -> None:
        """Wait no more."""
        if self._client.home.here and not self._client.closed:
            self._client.unwatch(self._event)


def _words(why: str) -> str:
    return (
        f"net.capture() needs the right to capture on the loopback interface ({why}); on Linux root has it, or a "
        "Python with the capability CAP_NET_RAW; `python -m labkit doctor` says what gives it, or the full mode, on "
        "this machine"
    )


def _memory(size: int):
    """Memory of our own, which the machine gives page by page as it is written."""
    if hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)


def _give_back(memory) -> None:
    """The pages of the capture before go back to the machine."""
    if hasattr(memory, "madvise") and hasattr(mmap, "MADV_DONTNEED") and len(memory) > mmap.PAGESIZE:
        memory.madvise(mmap.MADV_DONTNEED, mmap.PAGESIZE)


def _close(home: Home, sniffer: Sniffer, claim: Claim) -> None:
    if home.here:  # a forked child has no thread to end
        sniffer.close()
    claim.close()
