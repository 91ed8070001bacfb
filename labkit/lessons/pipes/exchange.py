"""Give a filter all its data and take all its answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from labkit.background.processes import Process
from labkit.learn.kit.descriptors import file_of
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NotSo, Running, Tale
from labkit.words import say

_WHAT = "exchange(write_end, read_end, data)"
_LARGE = 300_000


def _upper(take: int, give: int) -> None:
    """Sends on as it reads."""
    while data := os.read(take, 4096):
        _write(give, data.upper())


def _reverse(take: int, give: int) -> None:
    """Answers when it has read everything, as sort does."""
    parts = []
    while data := os.read(take, 65_536):
        parts.append(data)
    _write(give, b"".join(parts)[::-1])


def _head(take: int, give: int) -> None:
    """Takes the beginning, answers and ends, as head does."""
    _write(give, os.read(take, 4))


def _write(number: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(number, view) :]


class _Case(NamedTuple):
    told: str
    filter: Callable[[int, int], None]
    data: bytes
    answer: bytes


def _cases() -> tuple[_Case, ...]:
    large = b"order\n" * (_LARGE // 6)
    return (
        _Case(say("a filter that sends on as it reads"), _upper, b"all is well", b"ALL IS WELL"),
        _Case(say("the same"), _upper, b"", b""),
        _Case(say("the same"), _upper, large, large.upper()),
        _Case(say("a filter that reads to the end, then answers"), _reverse, large, large[::-1]),
        _Case(say("a filter that takes 4 bytes, answers and ends"), _head, large, large[:4]),
    )


def _exchange(tale: Tale, exchange: Any) -> None:
    for case in _cases():
        told = say("{filter}; data of {length:,} bytes", filter=case.told, length=len(case.data))
        (take, write_end), (read_end, give) = os.pipe(), os.pipe()
        files = {"write_end": (write_end, file_of(write_end)), "read_end": (read_end, file_of(read_end))}
        child = tale.keep(Process(case.filter, take, give, pass_fds=[take, give]))
        os.close(take)
        os.close(give)
        running = tale.start(exchange, write_end, read_end, case.data, shown=_WHAT)
        try:
            found = running.finish()
        except NotSo as failure:
            tale.fail("{told}: {failure}{why}", told=told, failure=failure, why=_why(child, case, files))
        finally:
            child.close()  # a thread of the learner's that waits for the filter waits no longer
            _ended(tale, running)
            left = [name for name, (number, file) in files.items() if file_of(number) == file]
            for name in left:
                os.close(files[name][0])
        _judge(tale, told, case, found, left)


def _ended(tale: Tale, running: Running) -> None:
    """Wait until the learner's code is over: it may close an end just as we look whether it has."""
    tale.wait(lambda: running.done)


def _judge(tale: Tale, told: str, case: _Case, found: Any, left: list[str]) -> None:
    if not isinstance(found, bytes):
        tale.fail(
            "{told}: {shown} should return bytes, but returned a {kind}",
            told=told,
            shown=_WHAT,
            kind=type(found).__name__,
        )
    if found != case.answer:
        tale.fail(
            "{told}: the answer has {length:,} bytes, and {shown} returned {found_count:,}, or others;\n"
            "a pipe is a stream: read until it gives b''",
            told=told,
            shown=_WHAT,
            length=len(case.answer),
            found_count=len(found),
        )
    if left:
        tale.fail(
            "{told}: the answer is right, but {left} is still open: close both ends, or each call costs you files",
            told=told,
            left=left[0],
        )
    tale.did(
        "{told}: returned its answer of {length:,} bytes, and closed both ends",
        told=told,
        length=len(case.answer),
    )


def _why(child: Process, case: _Case, files: dict[str, tuple[int, tuple[int, int] | None]]) -> str:
    if child.returncode is not None:
        return say("\nthe filter has ended: what it wrote before is still in the pipe, to be read")
    number, file = files["write_end"]
    if len(case.data) < _LARGE // 2 and file_of(number) == file:
        return say("\nwrite_end is open, so the filter waits for more: it ends when you close it")
    return say(
        "\nthe filter has not ended either: it waits in read() or write(), for you, and you wait for it;\n"
        "read while you write"
    )


EXERCISE = Exercise(
    id="exchange",
    title="Give a filter its data and take its answer",
    story=_exchange,
    hints=(
        "While write() waits nobody reads, and while read() waits nobody writes. Both must be able to go on.",
        "A thread of its own can write: all of `data`, then `os.close(write_end)`. This one reads until b''."
        " If the filter has ended early, writing raises BrokenPipeError: that is no fault, its answer counts.",
        "def feed():\n"
        "    try:\n"
        "        os.write(write_end, data)\n"
        "    except BrokenPipeError:\n"
        "        pass\n"
        "    os.close(write_end)\n"
        "feeder = threading.Thread(target=feed)",
    ),
    needs_network=True,
    points=2,
    steps=5,
    place=1,
)
