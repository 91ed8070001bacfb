from __future__ import annotations

import pytest
from wire_samples import frame

from labkit.packets.frame import FATES, Arrival, Hit, outcome
from labkit.wire.faults import Drop, Duplicate


def test_first_arrival_counts():
    copies = frame(b"", arrivals=(Arrival("server", 30), Arrival("server", 20)))
    assert copies.arrived_ns == 20
    assert copies.delivered
    assert frame(b"", arrivals=(Arrival("server", 7),)).arrived_ns == 7


def test_a_lost_frame_has_not_arrived():
    lost = frame(b"", arrivals=(), fate="lost")
    assert lost.arrived_ns is None
    assert not lost.delivered


def test_is_a_value():
    assert frame(b"a") == frame(b"a")
    assert frame(b"a") != frame(b"b")
    with pytest.raises(AttributeError):
        frame(b"a").fate = "lost"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, ""),
        ({"hits": (Hit("duplicated", Duplicate(nth=2)),)}, "  (duplicated by Duplicate(nth=2))"),
        (
            {"arrivals": (), "fate": "dropped", "hits": (Hit("dropped", Drop(data=3)),)},
            "  ✗ dropped by Drop(data=3)",
        ),
        ({"arrivals": (), "fate": "queue full"}, "  ✗ queue full"),
        ({"arrivals": (), "fate": "in flight"}, ""),
    ],
)
def test_outcome(fields, text):
    assert outcome(frame(b"", **fields)) == text


def test_repr_says_who_how_much_and_what_became_of_it():
    assert repr(frame(bytes(66))) == "<Frame 1: client > server, 66 bytes, delivered>"
    lost = frame(bytes(66), number=3, arrivals=(), fate="dropped", hits=(Hit("dropped", Drop(data=3)),))
    assert repr(lost) == "<Frame 3: client > server, 66 bytes, dropped by Drop(data=3)>"
    assert "nobody" in repr(frame(b"", target="", arrivals=(), fate="nowhere"))


def test_fates_are_those_of_the_wire():
    from labkit.wire import record

    assert set(record.FATES) <= set(FATES)
