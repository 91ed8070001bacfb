"""Turns of connections: the notebook's calls as they come, a task's where the task was begun."""

from __future__ import annotations

import gc
import weakref

from labkit.sockets import callers
from labkit.sockets.owners import maker


class Core:
    """What stands for a network: something that can be held weakly."""


class Task:
    """A maker of sockets that was begun now."""

    def __init__(self) -> None:
        self._turn = callers.next_turn()


def test_a_tasks_calls_come_where_it_was_begun():
    first, core = Task(), Core()
    second = Task()
    callers.note(core, ("10.0.0.1", 40_000), 7)
    for task, port in ((second, 40_001), (first, 40_002), (second, 40_003)):
        held = maker.set(task)
        callers.note(core, ("10.0.0.1", port), 7)
        maker.reset(held)
    turns = {port: callers.turn_of(core, ("10.0.0.1", port), 7) for port in range(40_000, 40_004)}
    assert sorted(turns, key=turns.get) == [40_002, 40_001, 40_003, 40_000]


def test_a_task_of_a_task_comes_before_the_next_task():
    outer = Task()
    held = maker.set(outer)
    inner = Task()
    maker.reset(held)
    assert outer._turn < inner._turn < Task()._turn


def test_it_is_told_once_and_of_its_own_network_and_port():
    core, other = Core(), Core()
    callers.note(core, ("10.0.0.1", 40_000), 7)
    assert callers.turn_of(other, ("10.0.0.1", 40_000), 7) is None
    assert callers.turn_of(core, ("10.0.0.1", 40_000), 8) is None
    assert callers.turn_of(core, ("10.0.0.1", 40_000), 7) is not None
    assert callers.turn_of(core, ("10.0.0.1", 40_000), 7) is None


def test_it_holds_no_network():
    core = Core()
    kept = weakref.ref(core)
    callers.note(core, ("10.0.0.1", 40_000), 7)
    del core
    gc.collect()
    assert kept() is None
