"""What the notebook may ask of a network on the loopback interface: as of the wire's helper, without a process."""

from __future__ import annotations

import mmap
import os
import threading
import weakref

from ..modes.needs import NeedsCapture
from ..wire.record import HEADER, Reader, Writer
from .addresses import Claim
from .sniffer import Sniffer


class LoopbackClient:
    """The record of a network's frames, and whoever fills it. Calls may come from any thread.

    can_capture: False in the mode "recorded"; `why`: that mode's reason, for the error.
    """

    def __init__(self, claim: Claim, macs, places, record_bytes: int, can_capture: bool, why: str):
        self._lock = threading.Lock()
        self._memory = _memory(record_bytes if can_capture else HEADER)
        self._writer = Writer(self._memory)
        self._sniffer = Sniffer(claim, macs, places, self._writer)
        self._can_capture, self._why = can_capture, why
        self._captures = 0
        self.record = Reader(self._memory)
        self._close = weakref.finalize(self, _close, os.getpid(), self._sniffer, claim)

    @property
    def closed(self) -> bool:
        return not self._close.alive

    def close(self) -> None:
        """End the capture and give the addresses back."""
        self._close()

    def ask(self, operation: str, *arguments):
        """Carry out one of the operations `do_…`; raises RuntimeError when the network is closed."""
        with self._lock:
            if self.closed:
                raise RuntimeError("this network is closed; make a new one with Network(...)")
            return getattr(self, f"do_{operation}")(*arguments)

    def do_capture_start(self, snap: int | None, abandoned: int = 0):
        """Where the capture begins in the record, and what was missed before: as wire.requests says."""
        if not self._can_capture:
            raise NeedsCapture(_words(self._why))
        self._captures -= abandoned
        if self._captures:
            self._sniffer.drain()
        else:
            self._sniffer.stop()
            self._writer.reset()
            _give_back(self._memory)
            try:
                self._sniffer.start(snap)
            except PermissionError as error:
                raise NeedsCapture(_words(f"{self._why}, but the kernel says: {error.strerror}")) from None
        self._captures += 1
        return self._writer.head, self.do_missed()

    def do_capture_stop(self, patient: bool):
        self._sniffer.drain()
        return self._writer.head, self.do_missed()

    def do_capture_release(self) -> None:
        self._captures -= 1
        if not self._captures:
            self._sniffer.stop()

    def do_catch_up(self) -> int:
        self._sniffer.drain()
        return self._writer.head

    def do_missed(self) -> dict[str, int]:
        return {"lo": self._sniffer.missed()}

    def do_watch(self, event: threading.Event) -> None:
        self._sniffer.watchers.append(event)

    def do_unwatch(self, event: threading.Event) -> None:
        self._sniffer.watchers.remove(event)


class LoopbackWatch:
    """Waits for news in the record; the same verbs as `labkit.core.Watch`."""

    def __init__(self, client: LoopbackClient):
        self._client, self._event = client, threading.Event()
        client.ask("watch", self._event)

    def wait(self, timeout: float) -> bool:
        """Wait for a change, `timeout` seconds at most; False when none came."""
        come = self._event.wait(max(0.0, timeout))
        self._event.clear()
        return come

    def clear(self) -> None:
        self._event.clear()

    def signal(self) -> None:
        """Make the next `wait` return at once."""
        self._event.set()

    def close(self) -> None:
        if not self._client.closed:
            self._client.ask("unwatch", self._event)


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


def _close(owner: int, sniffer: Sniffer, claim: Claim) -> None:
    if os.getpid() == owner:  # a forked child has no thread to end
        sniffer.close()
    claim.close()
