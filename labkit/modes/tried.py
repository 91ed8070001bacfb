"""What this machine lets us do of what the wire needs, tried in a child process: values, for others to say in words.

In a child, because namespaces are entered for good, and a kernel with its threads may not enter them at all; with the
child goes all that was tried.
"""

from __future__ import annotations

from labkit.running.child import python_command

TYPE_CHECKING = False  # the child reads this module, too: what it need not load costs its time
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Tried: TypeAlias = dict[str, Any]

SECONDS = 10.0
"""How long a trial may take."""

# Steps in their order; each gave 0, or an errno.
NAMESPACES, SECOND_NETWORK, TAP, SYSCTL, PACKET = "namespaces", "second network", "tap", "sysctl", "packet"
USER_NAMESPACE = "user namespace"  # nothing but that; tried where NAMESPACES are refused
# Where NAMESPACES are refused: the call that was, and whether a user namespace had been made by then, without rights.
CALL, MADE = "step", "made"
# Where nothing could be tried: which of three ways it failed, and what was said of it.
FAILED, SAID = "failed", "said"
NO_PROCESS, NO_TIME, NO_ANSWER = "no process", "no time", "no answer"


def attempt(thorough: bool) -> Tried:
    """What each step gave; steps that were not reached are absent.

    thorough  also try what is not needed to make hosts and cables; else it ends as early as that is known
    """
    import subprocess

    try:
        child = subprocess.Popen(
            python_command("labkit.modes.trial", int(thorough)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    except OSError as error:
        return {FAILED: NO_PROCESS, SAID: str(error)}
    with child.stdout, child.stderr:  # type: ignore[union-attr]  # both are pipes
        return _answer(child)


def _answer(child) -> Tried:
    """A line; the child's end, some 30 ms in which the kernel takes a TAP apart, is not waited for."""
    import ast
    import select
    import threading

    poll = select.poll()
    poll.register(child.stdout, select.POLLIN)
    if not poll.poll(SECONDS * 1000):
        child.kill()
        child.wait()
        return {FAILED: NO_TIME}
    line = child.stdout.readline()
    if not line.endswith("\n"):
        said = (child.stderr.read().strip().splitlines() or [f"status {child.wait()}"])[-1]
        child.wait()
        return {FAILED: NO_ANSWER, SAID: said}
    threading.Thread(target=child.wait, name="labkit-reaper", daemon=True).start()
    return ast.literal_eval(line)
