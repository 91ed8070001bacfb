"""In which of the three modes this process works, and why: found by trying, or told by LABKIT_MODE."""

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from labkit.modes import tried
from labkit.words import say

if TYPE_CHECKING:
    pass

NAMESPACES, LOOPBACK, RECORDED = MODES = ("namespaces", "loopback", "recorded")
VARIABLE = "LABKIT_MODE"


class Mode(NamedTuple):
    """How the lessons run here.

    name    "namespaces": hosts of their own, everything; "loopback": real sockets on loopback addresses, and
            their packets; "recorded": real sockets, and packets from recordings
    why     in words: what was tried, and what the machine said
    forced  True where LABKIT_MODE says so; nothing was tried then
    closed  why packets on the loopback interface cannot be captured, in words: part of `why` where that decided
    """

    name: str
    why: str
    forced: bool
    closed: str = ""


def current() -> Mode:
    """Which mode this process works in.

    LABKIT_MODE=namespaces, loopback or recorded decides; without it `found()` does. Raises ValueError for any
    other value of it.
    """
    return forced() or found()


@functools.cache
def found() -> Mode:
    """Which mode this machine allows: tried once (some 50 ms on Linux), then remembered for this process."""
    why = why_no_namespaces()
    if not why:
        return Mode(NAMESPACES, say("this machine lets us make network namespaces"), False)
    closed = why_no_capture()
    if not closed:
        why = say("{why}; but packets on the loopback interface can be captured", why=why)
        return Mode(LOOPBACK, why, False)
    return Mode(RECORDED, f"{why}; {closed}", False, closed)


def forced() -> Mode | None:
    """The mode that LABKIT_MODE asks for; None if it does not. Raises ValueError for what is no mode."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return None
    if wanted not in MODES:
        raise ValueError(f"{VARIABLE} is namespaces, loopback or recorded (got {wanted!r})")
    return Mode(wanted, f"{VARIABLE}={wanted}", True)


def why_no_namespaces() -> str:
    """Why this machine makes no hosts for us, in words; "" where it does.  It is tried, in a child process."""
    if sys.platform != "linux":
        name = {"darwin": "macOS", "win32": "Windows"}.get(sys.platform, sys.platform)
        return say("hosts are network namespaces, which only Linux has, and this is {system}", system=name)
    return refused(tried.attempt(thorough=False))


def refused(found: tried.Tried) -> str:
    """What a machine has refused of what was tried, in words; "" where hosts and cables can be made."""
    way = found.get(tried.FAILED)
    if way == tried.NO_PROCESS:
        return say("no process could be started to try network namespaces: {error}", error=found[tried.SAID])
    if way == tried.NO_TIME:
        return say(
            "trying to make network namespaces took more than {seconds} s", seconds=f"{tried.SECONDS:g}"
        )
    if way == tried.NO_ANSWER:
        return say("the process that tries network namespaces failed: {said}", said=found[tried.SAID])
    if found[tried.NAMESPACES]:
        return f"{found[tried.CALL]}: {os.strerror(found[tried.NAMESPACES])}"
    if found[tried.SECOND_NETWORK]:
        return f"unshare(CLONE_NEWNET): {os.strerror(found[tried.SECOND_NETWORK])}"
    if found[tried.TAP] and found[tried.PACKET]:
        return say(
            "no cable can be made: /dev/net/tun: {tap}; veth: {packet}",
            tap=os.strerror(found[tried.TAP]),
            packet=os.strerror(found[tried.PACKET]),
        )
    return ""


def why_no_capture() -> str:
    """Why packets on the loopback interface cannot be captured, in words; "" where they can."""
    from labkit.modes.rights import why_not

    return why_not()
