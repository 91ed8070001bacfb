"""The picture: nothing overlaps, time runs down, folds and crosses are where they belong."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ladder_samples import NAMES, Talk, handshake, sample

from labkit.drawing.shapes import Area, Box, Group, Line, Words
from labkit.packets.frame import Hit
from labkit.pictures.ladders.axis import Axis, duration
from labkit.pictures.ladders.fold import amount
from labkit.pictures.ladders.layout import ROW, picture
from labkit.pictures.ladders.margins import margins
from labkit.pictures.ladders.story import tell
from labkit.wire.faults import Drop


def flat(shapes):
    for shape in shapes:
        if isinstance(shape, Group):
            yield from flat(shape.shapes)
        else:
            yield shape


def assert_nothing_overlaps(drawn):
    for one, two in combinations(drawn.boxes, 2):
        assert not one.overlaps(two, slack=1.5), (one, two)


def assert_all_inside(drawn):
    for box in drawn.boxes:
        for x, y in box.corners:
            assert -2 <= x <= drawn.width + 2 and -2 <= y <= drawn.height + 2


@pytest.mark.parametrize("name", NAMES)
def test_labels_of_the_samples(name):
    drawn = picture(tell(sample(name)))
    assert_nothing_overlaps(drawn)
    assert_all_inside(drawn)


@st.composite
def conversations(draw):
    """Anything: bursts, crossings, losses, duplicates, silence, on 2 to 6 hosts, with calls and without."""
    count = draw(st.integers(2, 6))
    names = [f"host{n}" for n in range(1, count + 1)]
    talk = Talk(*names, delay_ms=draw(st.sampled_from([0.03, 1, 10, 300])))
    at = 0.0
    if draw(st.booleans()):
        at = handshake(talk)
    for _ in range(draw(st.integers(0, 24))):
        at += draw(st.sampled_from([0.001, 0.02, 1, 7, 40, 2500]))
        source = draw(st.integers(1, count))
        others = [n for n in range(1, count + 1) if n != source]
        target = draw(st.sampled_from(others))
        kind = draw(st.sampled_from(["udp", "all", "data", "ack", "syn", "fin", "call"]))
        lost = draw(st.sampled_from(["", "", "", "lost", Drop(protocol="udp")]))
        delay = draw(st.sampled_from([None, None, 0.5, 90]))
        seq = draw(st.integers(1, 4)) * 1000
        if kind == "udp":
            talk.udp(at, source, target, b"x" * draw(st.integers(0, 40)), lost=lost, delay=delay)
        elif kind == "all":
            missed = draw(st.sampled_from([*others[1:], None]))
            came = tuple(n for n in others if n != missed)
            name = names[missed - 1] if missed else ""
            hits = (Hit("dropped", Drop(to=name), name),) if missed else ()
            talk.udp(at, source, came, b"everybody", lost=lost, hits=hits, target="*")
        elif kind == "data":
            talk.tcp(at, source, target, "P.", seq, 1, b"words" * 10, lost=lost, delay=delay)
        elif kind == "call":
            lasting = draw(st.sampled_from([0.01, 5, 80]))
            talk.call(source, "recv", "1000", at, at + lasting, "100", socket_id=7)
        else:
            flags = {"ack": ".", "syn": "S", "fin": "F."}[kind]
            talk.tcp(at, source, target, flags, seq, None if kind == "syn" else seq, lost=lost, delay=delay)
    return talk.trace()


@given(conversations())
def test_labels_never_overlap(trace):
    drawn = picture(tell(trace))
    assert_nothing_overlaps(drawn)
    assert_all_inside(drawn)


@given(conversations())
def test_arrows_never_point_back_in_time(trace):
    for shape in flat(picture(tell(trace)).shapes):
        if isinstance(shape, Line) and shape.role.split()[0] in ("solid", "thin", "control"):
            assert shape.y2 >= shape.y1 - 1e-6


def test_overlap_is_found():
    """The checks above can fail."""
    assert Box(0, 0, 10, 5).overlaps(Box(15, 0, 10, 5))
    assert not Box(0, 0, 10, 5).overlaps(Box(0, 11, 10, 5))
    assert not Box(0, 0, 50, 5, 30).overlaps(Box(40, -10, 20, 5, 30))
    assert Box(0, 0, 50, 5, 30).overlaps(Box(40, -10, 20, 30))
    assert Box(0, 0, 10, 5).crossed(-20, 0, 20, 3) and not Box(0, 0, 10, 5).crossed(-20, 6, 20, 9)


def test_arrow_goes_from_departure_to_arrival_in_the_senders_colour():
    drawn = picture(tell(sample("handshake")))
    arrows = [s for s in flat(drawn.shapes) if isinstance(s, Line) and s.role in ("control", "thin")]
    assert [line.host for line in arrows] == [0, 1, 0]
    syn, syn_ack, ack = arrows
    assert syn.x1 < syn.x2 and syn_ack.x1 > syn_ack.x2
    assert syn.y1 < syn.y2 <= syn_ack.y1 + 2 < syn_ack.y2 <= ack.y1 + 2


def test_acknowledgements_are_thin_and_data_is_solid():
    roles = [s.role for s in flat(picture(tell(sample("hello"))).shapes) if isinstance(s, Line)]
    assert roles.count("solid") == 1 and roles.count("thin") == 4 and roles.count("control") == 4


def test_lost_frames_are_dashed_and_crossed():
    drawn = picture(tell(sample("lost_syn")))
    lines = [s for s in flat(drawn.shapes) if isinstance(s, Line)]
    lost = [line for line in lines if line.role.endswith("lost")]
    assert len(lost) == 2 and sum(line.role == "cross" for line in lines) == 4
    lifelines = [line.x1 for line in lines if line.role == "lifeline"]
    assert all(line.x2 < max(lifelines) - 60 for line in lost)


def test_a_copy_lost_on_the_way_to_one_receiver_is_dashed_and_crossed():
    drawn = picture(tell(sample("copies_lost")))
    lines = [s for s in flat(drawn.shapes) if isinstance(s, Line)]
    left, sender, near, far = sorted({line.x1 for line in lines if line.role == "lifeline"})
    lost = [line for line in lines if line.role == "solid lost"]
    assert len(lost) == 5 and sum(line.role == "cross" for line in lines) == 10
    assert all(line.host == 1 for line in lost)
    ends = [line.x2 for line in lost]
    gaps = [(sender, near), (near, far), (left, sender), (sender, near), (near, far)]
    assert all(low + 20 < end < high - 20 for end, (low, high) in zip(ends, gaps, strict=True))
    fates = [s for s in flat(drawn.shapes) if isinstance(s, Words) and s.role == "fate"]
    assert len(fates) == 5 and all(words.pieces[0][0].startswith("dropped") for words in fates)


def test_what_became_of_it_continues_the_arrow():
    """Beyond the cross the words go on downwards, to the left as to the right."""
    talk = Talk("client", "server")
    talk.udp(0, 1, 2, b"x", lost="lost")
    talk.udp(50, 2, 1, b"x", lost="lost")
    shapes = list(flat(picture(tell(talk.trace())).shapes))
    right, left = [s for s in shapes if isinstance(s, Words) and s.role == "fate"]
    there, back = [s for s in shapes if isinstance(s, Line) and s.role == "solid lost"]
    assert right.angle > 0 > left.angle
    assert right.y > there.y2 and left.y > back.y2


def test_no_cross_is_on_a_hosts_line():
    talk = Talk("one", "two", "three", "four")
    for n, (source, target) in enumerate([(1, 4), (4, 1), (1, 3), (2, 4)]):
        talk.udp(n * 50, source, target, b"x", lost="lost")
    lines = [s for s in flat(picture(tell(talk.trace())).shapes) if isinstance(s, Line)]
    lifelines = {line.x1 for line in lines if line.role == "lifeline"}
    ends = [line.x2 for line in lines if line.role == "solid lost"]
    assert len(ends) == 4 and all(abs(end - x) > 6 for end in ends for x in lifelines)


def test_idle_time_is_folded_and_named():
    drawn = picture(tell(sample("lost_syn")))
    folds = [s.pieces[0][0] for s in flat(drawn.shapes) if isinstance(s, Words) and s.role == "fold"]
    assert folds == ["1 s later", "2 s later"]
    assert drawn.height < 600


def test_blocked_calls_are_bars():
    drawn = picture(tell(sample("handshake")))
    bars = [s for s in flat(drawn.shapes) if isinstance(s, Area) and s.role == "bar"]
    assert sorted(bar.host for bar in bars) == [0, 1]
    syn = next(s for s in flat(drawn.shapes) if isinstance(s, Line) and s.role == "control")
    connect = next(bar for bar in bars if bar.host == 0)
    assert connect.points[0][1] == pytest.approx(syn.y1) and connect.points[2][1] > syn.y2


def test_calls_keep_their_order_when_a_frame_is_stamped_late():
    talk = Talk("client", "server")
    done = handshake(talk)
    here, there = ("10.0.0.1", 40000), ("10.0.0.2", 8080)
    talk.call(1, "send", "5 bytes", done + 1, done + 1.01, "5", local=here, peer=there)
    talk.call(1, "shutdown", "SHUT_RD", done + 1.05, done + 1.06, local=here, peer=there)
    talk.tcp(done + 1.4, 1, 2, "P.", 1, 1, b"hello")
    story = tell(talk.trace())
    said = [note.pieces[0][0] for note in margins(story, False, None).notes if note.host == 0]
    assert said.index("send(5 bytes)") < said.index("shutdown(SHUT_RD)")


def test_hundreds_of_segments_stay_on_a_page():
    talk = Talk("client", "server")
    done = handshake(talk)
    for n in range(300):
        came = talk.tcp(done + n * 0.5, 1, 2, ".", 1 + n * 1448, 1, b"x" * 1448)
        if n % 2:
            talk.tcp(came + 0.05, 2, 1, ".", 1, 1 + (n + 1) * 1448)
    drawn = picture(tell(talk.trace()))
    said = [s.pieces[0][0] for s in flat(drawn.shapes) if isinstance(s, Words) and s.role == "band"]
    assert said == ["300 segments, 434 kB", "150 ACKs"]
    assert drawn.height < 900
    assert_nothing_overlaps(drawn)


def test_axis_stretches_folds_and_keeps_order():
    axis = Axis([0, 10, 12, 1000], [(0, 12)], 1.0, [(10, 12, 20)], top=5)
    assert [axis.y(t) for t in (0, 10, 12)] == [5, 15, 35]
    assert [fold.duration_ns for fold in axis.folds] == [988]
    assert 5 < axis.y(5) < 15
    busy = Axis([0, 1000], [(0, 1000)], 1.0, [])
    assert not busy.folds and busy.y(1000) == 130


@pytest.mark.parametrize(("nanoseconds", "words"), [
    (40_000, "40 µs"), (1_500_000, "1.5 ms"), (203_000_000, "200 ms"), (1_020_000_000, "1 s"),
    (3_070_000_000, "3.1 s"), (999_000_000, "1 s"), (61_000_000_000, "61 s"),
])  # fmt: skip
def test_durations_in_words(nanoseconds, words):
    assert duration(nanoseconds) == words


@pytest.mark.parametrize(("size", "words"), [
    (5, "5 bytes"), (999, "999 bytes"), (1000, "1 kB"), (5520, "5.5 kB"), (20_000, "20 kB"),
    (1_500_000, "1.5 MB"),
])  # fmt: skip
def test_amounts_in_words(size, words):
    assert amount(size) == words


def test_a_burst_is_drawn_as_parallel_arrows():
    """Twenty microseconds apart would be one thick line on a true axis."""
    talk = Talk("client", "server")
    for n in range(8):
        talk.udp(n * 0.02, 1, 2, b"burst")
    drawn = picture(tell(talk.trace()), fold=False)
    lines = [s for s in flat(drawn.shapes) if isinstance(s, Line) and s.role == "solid"]
    for above, below in pairwise(lines):
        assert below.y1 - above.y1 >= ROW - 1e-6 and below.y2 - above.y2 >= ROW - 2
