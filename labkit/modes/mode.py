"""In which of the three modes this process works, and why: found by trying, or told by LABKIT_MODE."""

from __future__ import annotations

import functools
import os
import sys
from typing import IO, TYPE_CHECKING, NamedTuple

from labkit.running.child import python_command

if TYPE_CHECKING:
    import subprocess

NAMESPACES, LOOPBACK, RECORDED = MODES = ("namespaces", "loopback", "recorded")
VARIABLE = "LABKIT_MODE"
TRIAL_SECONDS = 10.0


class Mode(NamedTuple):
    """How the lessons run here.

    name    "namespaces": hosts of their own, everything; "loopback": real sockets on loopback addresses, and
            their packets; "recorded": real sockets, and packets from recordings
    why     in words: what was tried, and what the machine said
    forced  True where LABKIT_MODE says so; nothing was tried then
    """

    name: str
    why: str
    forced: bool


def current() -> Mode:
    """Which mode this process works in.

    LABKIT_MODE=namespaces, loopback or recorded decides; without it `found()` does. Raises ValueError for any
    other value of it.
    """
    return forced() or found()


@functools.cache
def found() -> Mode:
    """Which mode this machine allows: tried once (some 50 ms on Linux), then remembered for this process."""
    refused = why_no_namespaces()
    if not refused:
        return Mode(NAMESPACES, "this machine lets us make network namespaces", False)
    closed = why_no_capture()
    if not closed:
        return Mode(LOOPBACK, f"{refused}; but packets on the loopback interface can be captured", False)
    return Mode(RECORDED, f"{refused}; {closed}", False)


def forced() -> Mode | None:
    """The mode that LABKIT_MODE asks for; None if it does not. Raises ValueError for what is no mode."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return None
    if wanted not in MODES:
        raise ValueError(f"{VARIABLE} is namespaces, loopback or recorded (got {wanted!r})")
    return Mode(wanted, f"{VARIABLE}={wanted}", True)


def why_no_namespaces() -> str:
    """Why this machine makes no hosts for us, in words; "" where it does.

    Tried in a child process, because namespaces are entered for good: with it goes all that was tried.
    """
    if sys.platform != "linux":
        name = {"darwin": "macOS", "win32": "Windows"}.get(sys.platform, sys.platform)
        return f"hosts are network namespaces, which only Linux has, and this is {name}"
    import subprocess

    try:
        child = subprocess.Popen(
            python_command("labkit.modes.trial"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    except OSError as error:
        return f"no process could be started to try network namespaces: {error}"
    assert child.stdout and child.stderr
    with child.stdout, child.stderr:
        return _answer(child, child.stdout, child.stderr)


def _answer(child: subprocess.Popen[str], stdout: IO[str], stderr: IO[str]) -> str:
    """What the child found, a line of text; its end, some 30 ms in which the kernel takes a TAP apart, is not ours."""
    import select
    import threading

    poll = select.poll()
    poll.register(stdout, select.POLLIN)
    if not poll.poll(TRIAL_SECONDS * 1000):
        child.kill()
        child.wait()
        return f"trying to make network namespaces took more than {TRIAL_SECONDS:g} s"
    line = stdout.readline()
    if not line.endswith("\n"):
        said = (stderr.read().strip().splitlines() or [f"status {child.wait()}"])[-1]
        child.wait()
        return f"the process that tries network namespaces failed: {said}"
    threading.Thread(target=child.wait, name="labkit-reaper", daemon=True).start()
    return line.strip()


def why_no_capture() -> str:
    """Why packets on the loopback interface cannot be captured, in words; "" where they can."""
    from labkit.modes.rights import why_not

    return why_not()
