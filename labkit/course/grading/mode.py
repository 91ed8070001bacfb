"""Checks are graded in the mode that the machine has, whatever LABKIT_MODE says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ

from labkit.modes.mode import VARIABLE


@contextmanager
def own_mode() -> Iterator[None]:
    """Meanwhile, and for who is started meanwhile, LABKIT_MODE is not set: neither a teacher who has looked at the
    lessons as others see them, nor a notebook, turns an exercise into one that cannot be checked."""
    before = environ.pop(VARIABLE, None)
    try:
        yield
    finally:
        environ.pop(VARIABLE, None)
        if before is not None:
            environ[VARIABLE] = before
