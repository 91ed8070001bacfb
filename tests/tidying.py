"""A worker that is told to end, and takes its time to tidy up in C, where no interruption comes."""

from __future__ import annotations

import threading

import pytest

from labkit.background.workers import Worker


class Tidying:
    """What a function waits for in its `finally`; it comes so many seconds after the third interruption.

    interrupted  the threads that were interrupted, one for each time
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after_s: float) -> None:
        self.interrupted: list[Worker] = []
        done = threading.Lock()
        done.acquire()
        self.wait = done.acquire  # itself: no interruption finds a step of Python's before it
        interrupt = Worker.interrupt

        def noted(thread: Worker) -> None:
            interrupt(thread)
            self.interrupted.append(thread)
            if len(self.interrupted) == 3:
                threading.Timer(after_s, done.release).start()

        monkeypatch.setattr(Worker, "interrupt", noted)
