"""The lines that wait for one client, and what becomes of them when there are too many."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from labkit.servers.chat.outbox import POLICIES, Outbox


def rest(outbox):
    """All that is still to be taken of an outbox that has ended."""

    async def take():
        taken = []
        while (line := await outbox.take()) is not None:
            taken.append(line)
        return taken

    return asyncio.run(take())


def filled(policy, limit=3, lines=5, **options):
    outbox = Outbox(limit, policy, **options)
    for number in range(lines):
        outbox.put(f"line {number}")
    return outbox


@pytest.mark.parametrize("policy", POLICIES)
def test_up_to_the_limit_all_are_alike(policy):
    outbox = filled(policy, limit=3, lines=3)
    assert (len(outbox), outbox.full, outbox.is_ended) == (3, True, False)
    outbox.end("BYE")
    assert rest(outbox) == ["line 0", "line 1", "line 2", "BYE"]


def test_drop_keeps_the_newest_and_tells_how_many_are_missing():
    outbox = filled("drop")
    assert len(outbox) == 3
    outbox.end()
    assert rest(outbox) == ["MISSED 2", "line 2", "line 3", "line 4"]


def test_disconnect_keeps_nothing_but_the_reason():
    outbox = filled("disconnect")
    assert outbox.is_ended and not outbox.full
    assert rest(outbox) == ["BYE you do not read what you are sent"]


def test_wait_leaves_it_to_who_puts():
    outbox = filled("wait")
    assert outbox.full and len(outbox) == 5


def test_after_the_end_nothing_is_taken_in():
    outbox = Outbox()
    outbox.end("BYE")
    outbox.put("late")
    outbox.end("BYE again")
    assert rest(outbox) == ["BYE"]


@pytest.mark.parametrize(
    ("policy", "counted"),
    [
        ("wait", {"queued": 6, "sent": 6}),
        ("drop", {"queued": 6, "sent": 4, "missed": 2}),
        ("disconnect", {"queued": 4, "sent": 1, "discarded": 3}),
    ],
)
def test_the_counts_add_up(policy, counted):
    counts = Counter()
    outbox = filled(policy, counts=counts)
    outbox.end("BYE")
    rest(outbox)
    assert counts == counted
    assert counts["queued"] == counts["sent"] + counts["missed"] + counts["discarded"]


def test_who_waits_is_woken_by_a_line_and_by_the_end():
    async def story():
        outbox = Outbox()
        first = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        outbox.put("hello")
        assert await first == "hello"
        second = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        outbox.end()
        assert await second is None

    asyncio.run(asyncio.wait_for(story(), 60))


def test_it_tells_when_there_is_room_again():
    told = []
    outbox = Outbox(1, "wait", taken=lambda: told.append(outbox.full))
    outbox.put("one")
    assert outbox.full
    assert asyncio.run(outbox.take()) == "one"
    outbox.put("two")
    outbox.end()
    assert told == [False, False]


@pytest.mark.parametrize(
    ("limit", "policy", "said"), [(0, "drop", "1 or more"), (5, "ignore", "wait, drop, disconnect")]
)
def test_what_makes_no_outbox(limit, policy, said):
    with pytest.raises(ValueError, match=said):
        Outbox(limit, policy)
