"""`python -m labkit.course.confining PLAN -- PROGRAM ARGUMENTS`: run it behind walls, and watch over it.

Three processes: this one, outside, watches, and says in the plan's file why it ended the program; one goes into the
namespaces; the first process of the new process namespace waits for the program.  When one ends, so do those inside.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time

from labkit.course.confining.plan import Plan
from labkit.course.confining.walls import MOST_PROCESSES, NoWalls, build, leave
from labkit.course.confining.watch import excess

_PR_SET_PDEATHSIG, _EVERY_S, _NICE = 1, 0.02, 5
_KEPT = ("PATH", "LANG", "LANGUAGE", "TZ", "TERM", "VIRTUAL_ENV", "NBGRADER_EXECUTION", "LD_LIBRARY_PATH")
_KEPT_BEGINNINGS = ("LC_", "LABKIT_", "OPENBLAS_", "OMP_", "PYTHON", "MPL")
NO_WALLS = 77  # the status of a machine on which nothing can be confined


def main(arguments: list[str]) -> int:
    """Run it; returns its status, 128 and more where a signal ended it."""
    plan, program = Plan.from_json(arguments[0]), arguments[2:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the program, which is in the same process group
    began, parent = time.monotonic(), os.getppid()
    middle = os.fork()
    if middle == 0:
        _in_the_middle(plan, program)
    watched = os.pidfd_open(middle)
    import select

    while not select.select([watched], [], [], _EVERY_S)[0]:
        why = excess(plan, middle, time.monotonic() - began)
        if why or os.getppid() != parent:
            if why:
                with open(plan.ended, "w", encoding="utf-8") as file:
                    file.write(why)
            os.kill(middle, signal.SIGKILL)
    return _status(os.waitpid(middle, 0)[1])


def _in_the_middle(plan: Plan, program: list[str]) -> None:
    """Go behind the walls, start the first process there, and wait for it; never returns."""
    try:
        outside = os.getppid()
        work = os.getcwd()
        leave()
        _end_with_parent(outside)
        first = os.fork()
        if first == 0:
            _be_first(plan, work, program)
        os._exit(_status(os.waitpid(first, 0)[1]))
    except NoWalls as error:
        print(f"labkit.course.confining: {error}", file=sys.stderr, flush=True)
        os._exit(NO_WALLS)


def _be_first(plan: Plan, work: str, program: list[str]) -> None:
    """The first process of the namespace: lay out its files, start the program, wait for all; never returns."""
    try:
        _end_with_parent(0)
        build(plan, work)
        started = os.fork()
        if started == 0:
            _run(plan, program)
        while True:
            ended, status = os.wait()
            if ended == started:
                os._exit(_status(status))  # and with the first process end all others
    except NoWalls as error:
        print(f"labkit.course.confining: {error}", file=sys.stderr, flush=True)
        os._exit(NO_WALLS)


def _run(plan: Plan, program: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.nice(_NICE)  # behind whoever watches
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_DATA, plan.memory_mb * 1_000_000)
    _bound(resource.RLIMIT_NPROC, MOST_PROCESSES)  # counted in this user namespace alone
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_BEGINNINGS)
    }
    home = "/tmp/home"
    os.mkdir(home)
    surroundings |= {"HOME": home, "TMPDIR": "/tmp", "LABKIT_PROGRESS": "off"}
    os.execve(program[0], program, surroundings)


def _bound(kind: int, most: int) -> None:
    """No more of it than this; where the user's own bound is lower, which nobody may raise, that one stays."""
    own = resource.getrlimit(kind)[1]
    most = most if own == resource.RLIM_INFINITY else min(most, own)
    resource.setrlimit(kind, (most, most))


def _end_with_parent(parent: int) -> None:
    """Be killed when the parent ends; *parent* is its number as seen from here, if it has one."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        os._exit(1)


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
