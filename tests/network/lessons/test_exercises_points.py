"""A wrong answer earns the same each time, whatever the machine and the wire do meanwhile."""

from __future__ import annotations

import pytest
from exercises import of

from labkit import Delay
from labkit.learn.checking.check import examine
from labkit.learn.kit.tale import Tale


def earned(id, name):
    exercise, answers = of(id)
    return examine(exercise, answers.WRONG[name][0]).earned


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
def test_they_do_not_depend_on_how_far_a_reset_has_come(late, monkeypatch):
    made = Tale.network

    def network(tale, *hosts):
        net = made(tale, *hosts)
        if late:
            net.link.faults = [Delay(200, flags="RST")]
        return net

    monkeypatch.setattr(Tale, "network", network)
    assert earned("close-politely", "half-closes but does not read") == (1, 4)
