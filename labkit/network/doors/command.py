"""`labkit hosts` and `labkit on`: which networks run, and a program or a shell on a host of one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from labkit.background import command
from labkit.drawing.tables import aligned
from labkit.network.doors.choosing import Unclear, check_version, maker_of, name_of, none_runs, the_host
from labkit.network.doors.door import Door, doors
from labkit.network.line import NoAnswer, WentAway
from labkit.words import say

# What env(1), timeout(1) and `docker exec` give where it is not the program's own: theirs, not executable, not found.
FAILED, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127


def hosts() -> int:
    """Print the running networks of this user; returns the exit status: 0, 1 where there is none."""
    found = _found()
    if not found:
        print(f"labkit hosts: {none_runs()}", file=sys.stderr)
        return 1
    heads = (say("network"), say("hosts"), say("made by"))
    rows = [(name_of(door, found), _hosts_of(door), maker_of(door)) for door in found]
    print("\n".join(aligned([heads, *rows])))
    return 0


def on(place: str, argv: Sequence[str]) -> int:
    """Run a program on a host ("client", "client@chat"), or a shell where none is given.

    Returns its exit status, 128 and the number of the signal that ended it; 125 to 127 where it could not be run.
    """
    try:
        door, number, name = _host(place)
        environment = command.environment({"LABKIT_HOST": name})
        if not argv:
            argv = [environment.get("SHELL") or "/bin/sh"]
            environment["PS1"] = f"{name}$ "  # of shells whose own prompt does not name the machine
        path = command.path(argv[0], None)
        from labkit.network.doors import terminal

        status = terminal.run(door, number, [path, *argv[1:]], environment, os.getcwd())
    except Unclear as error:
        return _failed(str(error))
    except FileNotFoundError as error:
        return _failed(_told(error), NOT_FOUND)
    except OSError as error:
        return _failed(_told(error), NOT_EXECUTABLE)
    except (WentAway, NoAnswer):
        status = None
    if status is None:
        return _failed(say("the network has ended, and what ran on {host} with it", host=place), 128 + 9)
    return status if status >= 0 else 128 - status


def _host(place: str) -> tuple[Door, int, str]:
    found = _found()
    door, number, name = the_host(found, place)
    for other in found:
        if other is not door:
            other.close()
    check_version(door)
    return door, number, name


def _found() -> list[Door]:
    """The networks that run; says of those that do not answer."""
    found, silent = doors()
    for pid in silent:
        print(say("labkit: the network {pid} does not answer; is it stopped?", pid=pid), file=sys.stderr)
    return found


def _hosts_of(door: Door) -> str:
    return ", ".join(" ".join(each) for each in door.told["hosts"])


def _told(error: OSError) -> str:
    what = error.strerror or str(error)
    return f"{error.filename}: {what}" if error.filename else what


def _failed(words: str, status: int = FAILED) -> int:
    print(f"labkit on: {words}", file=sys.stderr)
    return status
