"""What unit and network tests share."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

from labkit.background import beside

# The same examples in every run, and no clock: two cores may be busy with other things.
settings.register_profile("lab", derandomize=True, deadline=None, database=None)
settings.load_profile("lab")


def pytest_collection_finish() -> None:
    """Keep the collector off what pytest made of thousands of tests: it would look through that after each of them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def nothing_old():
    """Keep the collector off what is there before a file's first test: imports of others, and what pytest reports."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_unclosed(request: pytest.FixtureRequest, nothing_old):
    """Collect what a network test dropped while that test can still be blamed for it, and not before.

    Hypothesis hangs a function of its own on the collector, in whatever thread that runs: an exception that a
    test sends into a runaway thread could land there and be lost.
    """
    gc.disable()
    yield
    gc.enable()
    if "network" in request.path.parts:
        gc.collect()
        # What this one left would be found by whichever test the same worker runs next that looks for it.
        assert beside.running() == []
