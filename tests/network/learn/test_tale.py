"""A story on a network of its own: an end before all its faults have hit is the story's, and no warning's."""

from __future__ import annotations

import warnings

import pytest

from labkit.learn.kit.tale import NotSo, Tale
from labkit.wire.faults import Drop


def test_a_story_that_ends_early_does_not_warn_of_faults_that_hit_nothing():
    tale = Tale()
    net = tale.network("client", "server", delay_ms=1)
    net.link.faults = [Drop(nth=2)]
    with pytest.raises(NotSo):
        tale.fail("the first thing was wrong")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tale.close()
    assert net.closed
