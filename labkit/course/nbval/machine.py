"""Machines on which no hosts can be made: there a test is skipped, with the reason, but not in silence in CI."""

from __future__ import annotations

import functools
import os
import sys

import pytest

from labkit.modes import mode
from labkit.modes.needs import INSTEAD
from labkit.words import say

MAY_SKIP = "LABKIT_MAY_SKIP"


@functools.cache
def _refused() -> str:
    return mode.why_no_namespaces()


def need_hosts() -> None:
    """Skip the running test, or fail it, where this machine makes no hosts in network namespaces.

    With the variable CI set, on Linux, the test fails: a run in which nothing was tested must not be green.  The word
    "namespaces" in LABKIT_MAY_SKIP allows the skip there too.  LABKIT_MODE, which says in what mode to run, is obeyed:
    then nothing is tried, and nothing skipped.
    """
    if mode.forced() or not _refused():
        return
    if not os.environ.get("CI") or sys.platform != "linux" or "namespaces" in _allowed():
        pytest.skip(say("{why}; {instead}", why=_refused(), instead=INSTEAD))
    pytest.fail(
        say(
            "{why}; {instead}. With CI set this is no reason to skip; {variable}=namespaces makes it one",
            why=_refused(),
            instead=INSTEAD,
            variable=MAY_SKIP,
        ),
        pytrace=False,
    )


def _allowed() -> list[str]:
    return os.environ.get(MAY_SKIP, "").split()
