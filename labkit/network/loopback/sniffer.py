"""The thread that takes a network's frames off the loopback interface and writes them into its record."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
import traceback

from labkit.network.loopback.addresses import Claim
from labkit.running.patience import Patience
from labkit.wire.record import DELIVERED, Writer

_WITHIN = 5.0  # seconds in which what was captured must have been written
_MARK = struct.Struct("!Q")
_UDP = 17


class CaptureFailed(RuntimeError):
    """The capture on the loopback interface has failed, or has not seen what was sent there."""


class Sniffer:
    """Captures from `start` to `stop`. It holds nothing that the network is collected by."""

    def __init__(self, claim: Claim, macs: list[bytes], places, record: Writer):
        """places: (frame, where IP begins) → (index of its sender, of its receiver), or None if not ours."""
        self._claim, self._macs, self._places, self._record = claim, macs, places, record
        self._port = claim.address[1].to_bytes(2, "big")
        self._changed = threading.Condition()
        self.running = False
        self._threads: list[threading.Thread] = []
        self._error: BaseException | None = None
        self._asked = self._seen = 0  # numbers of the latest datagrams of our own: sent, and captured
        self._unseen = 0  # of those that were sent, and not captured before a later one was
        self._taken = 0  # frames taken from the tap
        self.watchers: list[threading.Event] = []

    def start(self, snap: int | None) -> None:
        """Capture from now on; raises PermissionError without the right to."""
        self._error, self._taken, self._snap = None, 0, snap
        self._seen, self._unseen = self._asked, 0
        self._tap = tap = _open_tap(self._claim.block, snap)
        self._wake, woken = socket.socketpair()
        self._written = threading.Event()
        thread = threading.Thread(
            target=self._run, args=(tap, woken, self._written), name="labkit loopback capture", daemon=True
        )
        try:
            thread.start()
        except BaseException:
            self._wake.close()
            woken.close()
            tap.close()
            raise
        self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
        self.running = True

    def stop(self) -> None:
        """Write nothing more. What was read from is closed by the thread, which takes the kernel some 20 ms."""
        if not self.running:
            return
        self.running = False
        # Closing ours alone says nothing while a forked child has a copy.
        self._wake.shutdown(socket.SHUT_RDWR)
        self._wake.close()
        if threading.current_thread() not in self._threads:
            self._written.wait()

    def close(self) -> None:
        """Stop, and wait until nothing of it is left."""
        self.stop()
        for thread in self._threads:
            # The collector may run this in the thread itself: then it ends as soon as it looks at the socket.
            if thread is not threading.current_thread():
                thread.join()

    def missed(self) -> int:
        """Frames that were lost between the interface and us, since `start`: so many at least."""
        return max(self._tap.counts()[1], self._unseen) if self.running and self._error is None else 0

    def drain(self) -> None:
        """Wait until everything that was on the interface before now is in the record.

        Where the kernel counts what it has captured, until so many were written; else a datagram of our own is sent
        after it all, and waited for; and another, should it have found no room in the tap, which is then `missed`.
        CaptureFailed if the capture has failed, or does not get there.
        """
        if not self.running:
            return
        wanted, _ = self._tap.counts() if self._error is None else (0, 0)
        first, done, patience = self._asked + 1, False, Patience(_WITHIN)
        while not done and (left := patience.left()):
            if wanted is None:
                self._asked += 1  # each has a number of its own, which shows that one before it was lost
                self._claim.socket.sendto(_MARK.pack(self._asked), self._claim.address)
            with self._changed:
                done = self._changed.wait_for(
                    lambda: (
                        self._error is not None
                        or (self._seen >= first if wanted is None else self._taken >= wanted)
                    ),
                    left,
                )
        if wanted is None:
            with contextlib.suppress(BlockingIOError):  # it has come to the socket, too: throw it away
                while True:
                    self._claim.socket.recv(16)
        if self._error is not None:
            raise CaptureFailed(
                f"the capture on the loopback interface has failed: {self._error!r}; start another with net.capture()"
            ) from self._error
        if not done:
            raise CaptureFailed(
                f"what was captured on the loopback interface could not be read within {_WITHIN:g} s; is the machine "
                "stalled? end what keeps it busy, and start another capture with net.capture()"
            )

    def _run(self, tap, woken: socket.socket, written: threading.Event) -> None:
        with contextlib.closing(tap), woken:
            try:
                self._take(tap, woken)
            except BaseException as error:  # kept for whoever asks for the record, but not the frames at hand
                traceback.clear_frames(error.__traceback__)
                with self._changed:
                    self._error = error
                    self._changed.notify_all()
                self._tell()
            finally:
                written.set()

    def _take(self, tap, woken: socket.socket) -> None:
        while tap.wait(woken):
            for frames in tap.batches():
                self._write(frames)
                del frames[:]  # or the tap could not close the memory in which they lie

    def _write(self, frames) -> None:
        macs, places, record, snap = self._macs, self._places, self._record, self._snap
        marks, written = [], 0
        for data, length, sent_ns in frames:
            found = places(data)
            if found is None:
                if number := self._marked(data):
                    marks.append(number)
                continue
            source, target = found
            data[:12] = macs[target] + macs[source]
            # One look at a frame, one time: it leaves and arrives in the same call of the kernel's.
            record.frame(data[:snap], length, sent_ns, source, target, DELIVERED, sent_ns)
            written += 1
        if written:
            record.changed(0)
            self._tell()
        with self._changed:
            self._taken += len(frames)
            for number in marks:
                self._unseen += max(0, number - self._seen - 1)
                self._seen = max(self._seen, number)
            self._changed.notify_all()

    def _marked(self, data: bytes) -> int:
        """The number in a datagram of our own that ends what is to be drained; 0 for anything else."""
        ports = data[34:38]
        if (
            data[23] != _UDP
            or ports[:2] != ports[2:]
            or ports[:2] != self._port
            or data[26:30] != data[30:34]
        ):
            return 0
        return _MARK.unpack_from(data, 42)[0]

    def _tell(self) -> None:
        for watcher in tuple(self.watchers):
            watcher.set()


def _open_tap(block: bytes | None, snap: int | None):
    if block is not None and sys.platform == "linux":
        from labkit.network.loopback.tap import RingTap

        return RingTap(block, snap)
    from labkit.network.loopback.scapytap import ScapyTap

    return ScapyTap(block)
