"""Run a job and read all that it writes."""

from __future__ import annotations

import errno
import os
from typing import Any

from labkit.background.processes import Process
from labkit.learn.kit.descriptors import all_of, can_write, file_of
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NotSo, Tale
from labkit.words import say


def _write(number: int, length: int) -> None:
    """In a process of its own: write so many bytes."""
    data = bytes(range(256)) * (length // 256 + 1)
    sent = 0
    while sent < length:
        sent += os.write(number, data[sent % 256 : sent % 256 + min(65536, length - sent)])


class _Job:
    """`start` for the learner's function, and what became of the pipe that it was given."""

    def __init__(self, tale: Tale, length: int):
        self.tale, self.length = tale, length
        self.child: Process | None = None
        self.pipe: tuple[int, int] | None = None

    def __call__(self, write_end: int) -> Process:
        if not isinstance(write_end, int) or file_of(write_end) is None:
            raise OSError(
                errno.EBADF, say("start(write_end) got a descriptor that is closed; close it afterwards")
            )
        self.pipe = file_of(write_end)
        self.child = Process(_write, write_end, self.length, pass_fds=[write_end])
        self.tale.keep(self.child)
        return self.child

    def left(self, writing: bool) -> list[int]:
        """The descriptors of the pipe's write end, or read end, that are open here."""
        return [number for number in all_of(self.pipe) if can_write(number) is writing]


def _run_and_read(tale: Tale, run_and_read: Any) -> None:
    for length in (11, 0, 300_000):
        job = _Job(tale, length)
        shown = "run_and_read(start)"
        told = say("a process that writes {length:,} bytes", length=length)
        running = tale.start(run_and_read, job, shown=shown)
        try:
            found = running.finish()
        except NotSo as failure:
            tale.fail("{told}: {failure}{why}", told=told, failure=failure, why=_why(job))
        finally:
            for number in job.left(writing=True):  # or a thread that reads could never be ended
                os.close(number)
        if not isinstance(found, bytes):
            tale.fail(
                "{told}: {shown} should return bytes, but returned {found!r}",
                told=told,
                shown=shown,
                found=found,
            )
        if len(found) != length:
            tale.fail(
                "{told}: {shown} returned {found_count:,} bytes;\na pipe is a stream: read until it gives b''",
                told=told,
                shown=shown,
                found_count=len(found),
            )
        if left := job.left(writing=False):
            for number in left:
                os.close(number)
            tale.fail(
                "{told}: {shown} returned them, but left the read end open: close it, too",
                told=told,
                shown=shown,
            )
        tale.did(
            "{told}: {shown} returned {length:,} bytes, and no end of the pipe is open",
            told=told,
            shown=shown,
            length=length,
        )


def _why(job: _Job) -> str:
    if job.child is None or not job.left(writing=True):
        return ""
    if job.child.returncode is None:
        if job.length <= 65_536:  # all that it writes finds room: it has merely not begun
            return ""
        return say(
            "\nthe process has not ended either: the pipe is full (64 KiB), so it waits for you to read, "
            "and you wait for it"
        )
    return say(
        "\nthe process has written everything and ended, yet the pipe does not end: somebody can still write.\n"
        "Who else has the write end?"
    )


EXERCISE = Exercise(
    id="run-and-read",
    title="Let the pipe end",
    story=_run_and_read,
    hints=(
        "read() gives b'' when nobody can write any more. Count who can: the process, until it ends, and ...?",
        "In the line after `start(write_end)`: the process has its own copy by then, and ours is of no use.",
        "child = start(write_end)\n  os.close(write_end)",
    ),
    needs_network=True,
    place=2,
    steps=3,
)
