"""A program to run, as one writes it, made what the kernel takes: words, file, environment, directory."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Argument: TypeAlias = "str | bytes | int | os.PathLike[str] | os.PathLike[bytes]"
"""A word of a command line."""


def arguments(argv: Sequence[Argument]) -> tuple[str, ...]:
    """The program and its arguments as strings; TypeError, ValueError say how a list is written."""
    if isinstance(argv, (str, bytes)):
        import shlex

        try:
            words = shlex.split(argv if isinstance(argv, str) else argv.decode())
        except (ValueError, UnicodeDecodeError):
            words = ["program", "argument"]
        raise TypeError(
            f"give the program and its arguments as a list; no shell reads them (got {argv!r}): {words!r}"
        )
    try:
        words = [
            word if isinstance(word, str) else str(word) if isinstance(word, int) else os.fsdecode(word)
            for word in argv
        ]
    except TypeError:
        raise TypeError(f"the program and its arguments are a list of strings (got {argv!r})") from None
    if not words or not words[0]:
        raise ValueError("the list is empty: its first element is the program to run")
    if any("\0" in word for word in words):
        raise ValueError(f"an argument cannot hold a null character (got {words!r})")
    return tuple(words)


def path(name: str, env: Mapping[str, str] | None) -> str:
    """The file of a program, as a shell finds it; FileNotFoundError and the like name one that is near."""
    search = (env or {}).get("PATH", os.environ.get("PATH", os.defpath))
    found = shutil.which(name, path=search)
    if found is not None:
        return os.path.abspath(found)
    if name in ("python", "python3"):
        return sys.executable
    if os.path.dirname(name):
        if os.path.isdir(name):
            raise IsADirectoryError(21, "this is a directory, not a program", name)
        if os.path.exists(name):
            raise PermissionError(13, "this file is not executable (chmod +x makes it so)", name)
        raise FileNotFoundError(2, "there is no such program", name)
    import difflib

    known = {
        entry
        for directory in search.split(os.pathsep)
        if os.path.isdir(directory)
        for entry in os.listdir(directory)
    }
    close = difflib.get_close_matches(name, known, 2, 0.75)
    hint = f"did you mean {' or '.join(close)}?" if close else "install it, or give its path"
    raise FileNotFoundError(2, f"there is no such program on this machine; {hint}", name)


def environment(env: Mapping[str, Any] | None) -> dict[str, str]:
    """The variables that a program starts with: the notebook's, and these."""
    # No proxy can be reached from a host, and what a program prints should be seen when it prints it.  A notebook's
    # kernel asks for colours; Python's tracebacks have them then from 3.13 on, also where a program reads them.
    merged = {
        key: value
        for key, value in os.environ.items()
        if not key.lower().endswith("_proxy") and key not in ("FORCE_COLOR", "CLICOLOR_FORCE")
    }
    merged.setdefault("PYTHONUNBUFFERED", "1")
    for key, value in (env or {}).items():
        if not isinstance(key, str) or not isinstance(value, (str, int)):
            raise TypeError(f"env maps names to strings (got {key!r}: {value!r})")
        merged[key] = str(value)
    return merged


def directory(cwd: str | os.PathLike[str] | None) -> str:
    """The directory in which a program starts: the notebook's if None."""
    directory = os.fspath(cwd) if cwd is not None else os.getcwd()
    if not os.path.isdir(directory):
        raise NotADirectoryError(
            20, "cwd is a directory in which the program starts, and this is none", directory
        )
    return os.path.abspath(directory)
