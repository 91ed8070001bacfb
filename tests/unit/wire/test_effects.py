"""What faults do to one frame, as tables of pushes and pops."""

from __future__ import annotations

import pytest

from labkit.wire.effects import PATIENCE_NS, Held, Overtaken, effect_of
from labkit.wire.fault import Fault
from labkit.wire.faults import Blackhole, Corrupt, Delay, Drop, Duplicate, Reorder, Rewrite

MS = 1_000_000


class Frame(str):
    """A frame that shows what was made of it."""

    def twin(self):
        return Frame(f"{self}'")

    def damaged(self):
        return Frame(f"{self}!")

    def changed(self, change):
        return Frame(f"{self}*")


@pytest.mark.parametrize(
    ("fault", "fate", "left"),
    [
        (Drop(nth=1), "dropped", []),
        (Delay(3, nth=1), "", [(5 + 3 * MS, "a")]),
        (Duplicate(nth=1), "", [(5, "a"), (5, "a'")]),
        (Duplicate(copies=2, nth=1), "", [(5, "a"), (5, "a'"), (5, "a'")]),
        (Reorder(nth=1), "", [(5 + PATIENCE_NS, "a")]),
        (Corrupt(nth=1), "", [(5, "a!")]),
        (Blackhole(mtu=1400), "dropped", []),
        (Rewrite(ttl=1), "", [(5, "a*")]),
    ],
    ids=repr,
)
def test_what_becomes_of_a_frame(fault, fate, left):
    effect = effect_of(fault)
    assert effect.push(Frame("a"), now=5) == fate
    assert effect.next_time() == (left[0][0] if left else None)
    assert effect.pop(left[0][0] - 1 if left else 10**12) == []
    assert effect.pop(10**12) == left
    assert effect.next_time() is None


def test_every_fault_has_its_effect():
    kinds = Fault.__subclasses__()
    arguments = {Delay: {"ms": 1}, Rewrite: {"ttl": 1}}
    made = [effect_of(kind(**arguments.get(kind, {}), nth=1)) for kind in kinds]
    assert len(kinds) == 6 and len({type(effect) for effect in made}) == 6


def test_an_overtaken_frame_leaves_when_enough_others_have_gone_by():
    effect = Overtaken(behind=2)
    effect.push("late", now=0)
    effect.passed(now=1 * MS)
    assert effect.pop(1 * MS) == []
    effect.passed(now=2 * MS)
    assert effect.pop(2 * MS) == [(2 * MS, "late")]
    effect.passed(now=3 * MS)
    assert effect.pop(10**12) == []


def holding(*pushed):
    """Held effects: (effect, frame, time at which it entered)."""
    held = Held()
    for effect, frame, now in pushed:
        effect.push(frame, now)
        held.hold(effect)
    return held


def test_what_is_held_leaves_in_the_order_of_its_times():
    held = holding(
        (effect_of(Delay(5, nth=1)), "b", 0),
        (effect_of(Delay(1, nth=1)), "a", 1),
        (effect_of(Delay(5, nth=1)), "c", 0),
    )
    assert held.next_time() == 1 * MS + 1
    assert list(held.pop(1 * MS)) == []
    assert list(held.pop(9 * MS)) == [(1 * MS + 1, "a"), (5 * MS, "b"), (5 * MS, "c")]
    assert held.next_time() is None


def test_what_goes_by_sets_free_those_that_waited_for_it_and_no_others():
    held = holding(
        (Overtaken(1), "one", 0), (Overtaken(2), "two", 0), (effect_of(Delay(5, nth=1)), "later", 0)
    )
    assert held.passed(1 * MS) == [(1 * MS, "one")]
    assert held.passed(2 * MS) == [(2 * MS, "two")]
    assert held.passed(3 * MS) == []
    assert held.next_time() == 5 * MS
    assert list(held.pop(PATIENCE_NS)) == [(5 * MS, "later")]


def test_the_first_to_leave_may_set_the_next_free():
    """As when both have run out of patience: the second leaves when the first goes by, and only once."""
    held = holding((Overtaken(1), "a", 0), (Overtaken(1), "b", 1))
    left = []
    for time, frame in held.pop(PATIENCE_NS + 1):
        left.append(frame)
        left += [freed for _, freed in held.passed(time)]
    assert left == ["a", "b"] and held.next_time() is None
