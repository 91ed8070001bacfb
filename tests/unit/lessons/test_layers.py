"""What the lesson on layers measures and draws, and how it tells the kernel's timers from what programs do."""

from __future__ import annotations

import asyncio
import gc
from types import SimpleNamespace

import pytest
from waiting import wait_for

from labkit.learn.kit.tale import Tale
from labkit.lessons.layers.figures import plot_memory
from labkit.lessons.layers.handling import Handled
from labkit.lessons.layers.holding import WAYS, memory_kb
from labkit.lessons.layers.overhearing import TRIES, acknowledged_alone, overhear, sent_again
from labkit.running.ending import Ended, end


def segment(source, flags, seq=1, ack=1, length=0):
    return SimpleNamespace(source=source, flags=flags, seq=seq, ack=ack, length=length)


TOGETHER = [segment("client", "F.", 7), segment("server", "F.", 7, 8), segment("client", ".", 8, 8)]
ALONE = [TOGETHER[0], segment("server", ".", 7, 8), *TOGETHER[1:]]


@pytest.mark.parametrize(
    ("segments", "alone"),
    [
        (TOGETHER, False),
        (ALONE, True),
        ([segment("server", ".", 7, 7), *TOGETHER], False),  # it acknowledges data
        ([TOGETHER[0], segment("client", ".", 8, 8), *TOGETHER[1:]], False),  # the other way
        (TOGETHER[:1], False),
        ([], False),
    ],
)
def test_a_fin_that_is_acknowledged_alone_is_told(segments, alone):
    assert acknowledged_alone(segments) is alone


DATA = [segment("client", "P.", 1, 1, 6), segment("server", ".", 1, 7), segment("server", "P.", 1, 7, 6)]


@pytest.mark.parametrize(
    ("segments", "again"),
    [
        (DATA, False),
        ([*DATA, DATA[0]], True),
        ([*DATA, DATA[1]], False),  # an ACK has no number of its own
        (TOGETHER, False),
        ([*TOGETHER, TOGETHER[0]], True),
        ([segment("client", "S", 0)] * 2, True),
    ],
)
def test_what_was_sent_again_is_told(segments, again):
    assert sent_again(segments) is again


class Net:
    """A network that captures one conversation after the other."""

    def __init__(self, conversations):
        self.conversations = iter(conversations)

    def capture(self):
        trace = SimpleNamespace(
            segments=next(self.conversations), wait_until_quiet=lambda: None, wait_for=lambda *_: None
        )
        return Within(trace)


class Within:
    def __init__(self, trace):
        self.trace = trace

    def __enter__(self):
        return self.trace

    def __exit__(self, *_):
        pass


def test_it_is_asked_again_until_no_timer_has_mixed_in():
    asked = []
    trace = overhear(Net([ALONE, [*DATA, DATA[0]], TOGETHER, ALONE]), lambda: asked.append(1))
    assert trace.segments is TOGETHER and len(asked) == 3


def test_it_is_not_asked_for_ever():
    asked = []
    assert overhear(Net([ALONE] * (TRIES + 1)), lambda: asked.append(1)).segments is ALONE
    assert len(asked) == TRIES


def test_each_way_has_a_cost():
    found = memory_kb(50)
    assert tuple(found) == WAYS and all(0.5 < each < 100 for each in found.values())
    assert found["raw"] > found["streams"] > found["Protocol"]


@pytest.mark.parametrize("connections", [0, 49, 301])
def test_it_is_told_how_many_a_way_holds(connections):
    with pytest.raises(ValueError, match="from 50 to 300"):
        memory_kb(connections)


def test_memory_is_drawn_by_way():
    (ax,) = plot_memory({"raw": 18.0, "Protocol": 2.0}).axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Protocol", "raw"]
    assert [bar.get_width() for bar in ax.patches] == [2.0, 18.0]
    assert "(kB)" in ax.get_xlabel()


@pytest.mark.filterwarnings("error")
def test_a_handler_that_is_interrupted_again_and_again_leaves_nothing_open(monkeypatch):
    """Each step of its loop's end is interrupted once more, as where a busy machine gives it no time between two."""
    taken_down = asyncio.BaseEventLoop.shutdown_asyncgens
    interrupted = []

    async def interrupted_again(loop):
        if len(interrupted) < 3:
            interrupted.append(1)
            raise Ended
        await taken_down(loop)

    async def hangs(reader, writer):
        await reader.readline()

    monkeypatch.setattr(asyncio.BaseEventLoop, "shutdown_asyncgens", interrupted_again)
    handled = Handled(Tale(), None, hangs, "hangs(reader, writer)")
    thread = handled.running._call.thread
    wait_for(lambda: handled.writer is not None)
    end(thread)
    handled.end()
    wait_for(lambda: handled.running.done)
    thread.join()
    gc.collect()
    assert len(interrupted) == 3 and handled.conn.fileno() == -1
    handled.caller.close()
