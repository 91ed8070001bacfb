"""run and spawn: a program on a host, waited for or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.background.beside import seconds
from labkit.background.completed import Completed, ProgramError, ending, so_far
from labkit.background.programs import Program
from labkit.running.uninterrupted import uninterrupted

if TYPE_CHECKING:
    import os

    from labkit.background.command import Argument
    from labkit.network.host import Host


def run(
    host: Host,
    argv: Sequence[Argument],
    *,
    timeout: float = 10.0,
    input: str | bytes | None = None,
    check: bool = False,
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
) -> Completed:
    """Run a program on a host and wait until it ends.

    argv: the program and its arguments, a list.
    timeout: seconds; after them the program and all that it started are killed, and TimeoutError shows what
    it had printed.
    input: what it reads from its standard input (None: nothing).
    check: raise ProgramError if its status is not 0.
    env: variables to add to the notebook's.  cwd: directory, the notebook's if None.
    It runs as root, who is you where you are an ordinary user: then there is nobody else, and what drops root, as
    tcpdump and nginx do, seems to and goes on as you.
    Raises FileNotFoundError, PermissionError if it cannot be started.
    """
    timeout = seconds("timeout", timeout)
    program = None
    try:
        with uninterrupted():
            program = Program(host, argv, env=env, cwd=cwd, merged=False)
        program._feed(input)
        try:
            returncode = program.wait(timeout)
        except TimeoutError:
            program.end(1.0)
            raise TimeoutError(
                f"{program.name} did not end within {timeout:g} s and was killed; for a program that "
                f"goes on, use spawn().\n{so_far(program._text())}"
            ) from None
    finally:
        if program is not None:
            with uninterrupted():
                program.end(1.0)
                program.forget()
    completed = Completed(returncode, program._out.text(), program._err.text(), program.argv)
    if check and completed.returncode:
        error = ProgramError(
            f"{' '.join(program.argv)}: {ending(completed.returncode)}\n{so_far(program._text())}"
        )
        error.completed = completed
        raise error
    return completed


def spawn(
    host: Host,
    argv: Sequence[Argument],
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
) -> Program:
    """Start a program on a host in the background; arguments and errors as of `run`."""
    return Program(host, argv, env=env, cwd=cwd, merged=True)
