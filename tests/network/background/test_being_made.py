"""What runs beside the notebook is found when it is complete, and not before: other threads look at any time."""

from __future__ import annotations

import asyncio
import threading

import pytest

from labkit.background import beside
from labkit.background.loops import Loop
from labkit.background.processes import Process
from labkit.background.workers import Worker

SECONDS = 20


def sleeps():
    while True:
        threading.Event().wait(0.01)


async def waits():
    await asyncio.Event().wait()


KINDS = {
    "a program": lambda host: host.spawn(["sleep", "1000"]),
    "a process": lambda host: Process(sleeps, host=host),
    "a service": lambda host: host.start(lambda conn: None),
    "an asyncio service": lambda host: host.start(asyncio.Protocol),
    "a task": lambda host: host.background(sleeps),
    "an async task": lambda host: host.background(waits),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_finds_what_is_half_made(client, monkeypatch, kind):
    found = []
    init, spawn = beside.Beside.__init__, client.core.spawn

    def looks():
        client.sockets()
        found.append((beside.running(), client.services))

    def begun(self, *args):
        init(self, *args)
        looks()

    def spawned(*args, **kwargs):
        looks()
        pid = spawn(*args, **kwargs)
        looks()
        return pid

    monkeypatch.setattr(beside.Beside, "__init__", begun)
    monkeypatch.setattr(client.core, "spawn", spawned)
    thing = KINDS[kind](client)
    assert len(found) in (1, 3) and all(each == ([], []) for each in found)
    assert beside.running([client]) == [thing] and repr(thing)
    thing.stop(timeout=4)
    assert beside.running() == []


@pytest.mark.parametrize("kind", ["a program", "a process"])
def test_another_thread_looks_at_the_sockets_while_programs_are_started(client, kind):
    over, looked = threading.Event(), []

    def look():
        while not over.is_set():
            client.sockets()
            looked.append(True)

    looking = client.background(look)
    while len(looked) < 10 and not looking.done:
        KINDS[kind](client).stop(timeout=SECONDS)
    over.set()
    looking.result(SECONDS)


@pytest.mark.parametrize(
    ("starts", "function"), [(Worker, lambda called: called.append(1)), (Loop, None)], ids=["thread", "loop"]
)
def test_a_task_that_is_stopped_before_it_has_begun_does_not_begin(
    client, monkeypatch, capsys, starts, function
):
    """As when another thread closes the network just then."""
    called = []
    start = starts.start

    async def coroutine(called):
        called.append(1)

    def late(self, *args):
        if tasks := beside.running([client]):
            (task,) = tasks
            stopping = threading.Thread(target=task.stop, args=(SECONDS,))
            stopping.start()
            with task.changed:
                assert task.changed.wait_for(lambda: task._stopping, SECONDS)
            start(self, *args)
            stopping.join(SECONDS)
        else:
            start(self, *args)

    monkeypatch.setattr(starts, "start", late)
    task = client.background(function or coroutine, called)
    if task._thread is not None:
        task._thread.join(SECONDS)
    assert (called, task._state, task._failures, beside.running()) == ([], "stopped", [], [])
    assert capsys.readouterr().err == ""
