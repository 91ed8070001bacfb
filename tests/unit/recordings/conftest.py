"""A notebook for each test, with a recording of the cells it names."""

from __future__ import annotations

import pytest
from recorded_samples import Notebook, record

from labkit.recordings import player


@pytest.fixture
def book(tmp_path):
    made = []

    def make(*samples):
        if samples:
            record(tmp_path, *samples)
        made.append(Notebook(tmp_path))
        return made[-1]

    yield make
    player.current().end()
    player._player = None
