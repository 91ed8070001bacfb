"""Waiting for what shall come to be, never for time to pass."""

from __future__ import annotations

import contextlib
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator

AGAIN = 10.0  # seconds after which a signal is taken for lost: in them any that was not has been handled


def wait_for(condition: Callable[[], object], timeout: float = 20.0) -> None:
    """Until condition() is true; fails when it is not within so many seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        select.select([], [], [], 0.01)


@contextlib.contextmanager
def signalled_when(condition: Callable[[], object], number: int) -> Iterator[None]:
    """Send the main thread, which runs the block, this signal as soon as condition() is true.

    One that comes between Python's last look at signals and the system call ends no call, so it is sent again.
    """
    over = threading.Event()

    def send() -> None:
        wait_for(condition)
        while not over.is_set():
            signal.pthread_kill(threading.main_thread().ident, number)
            over.wait(AGAIN)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def repeats_nothing_by_time(*hosts, before_s: float = 20) -> None:
    """Let these kernels send again what they know to be lost, and nothing because it took long: on a busy machine
    the wire may stand still.  For what they connect from now on; kernels before Linux 6.11 cannot be told.

    before_s: seconds after which they do all the same.
    """
    for host in hosts:
        with contextlib.suppress(FileNotFoundError):
            host.sysctl("net.ipv4.tcp_rto_min_us", int(before_s * 1e6))
            host.sysctl("net.ipv4.tcp_early_retrans", 0)
