"""The way of frames that take time, have several receivers or meet a fault: no kernel, and a clock of ours."""

from __future__ import annotations

from random import Random

import pytest
from wire_samples import udp as udp_body

from labkit.wire.cable import Cable
from labkit.wire.effects import PATIENCE_NS
from labkit.wire.faults import Corrupt, Delay, Drop, Duplicate, Reorder, Rewrite
from labkit.wire.judges import Judges
from labkit.wire.notes import Notes
from labkit.wire.record import FATES, NO_FAULT, Reader, Writer
from labkit.wire.station import Station
from labkit.wire.switch import Switch
from labkit.wire.transit import Traffic

MS = 1_000_000
PLAIN = dict(loss=0, burst=1, rate_mbit=None, queue_packets=100, delay_ms=0, jitter_ms=0)
ALL = b"\xff" * 6


class Port:
    descriptor = -1

    def __init__(self):
        self.got: list[bytes] = []
        self.full = False

    def send(self, frame):
        if not self.full:
            self.got.append(frame)
        return not self.full


class Lab:
    """Stations a, b, c … on a wire whose time stands where it is put."""

    def __init__(self, names="abc", faults=(), memory=1 << 20, **conditions):
        self.now = 0
        record = Writer(bytearray(memory))
        self.reader = Reader(record.memory)
        self.notes, self.switch, self.judges = Notes(record), Switch(), Judges()
        self.notes.recording = 1
        self.judge = self.judges.at(None)
        self.traffic = Traffic(self.notes, self.judges, lambda: self.now)
        for index, name in enumerate(names):
            cable = Cable(Random(f"{name}/loss"), Random(f"{name}/jitter"))
            cable.set({**PLAIN, **conditions})
            judges = self.judges.of(name, "")
            self.switch.add(Station(index, name, mac(index), self.switch, Port(), cable, judges))
        self.stations = self.switch.stations
        self.judge.set(faults)
        self.traffic.faults_changed()

    def send(self, numbers, to=ALL, source=0):
        for number in numbers:
            self.traffic.enter(self.stations[source], frame(number, mac(source), to), self.now)

    def wait(self, ms):
        self.now += round(ms * MS)
        self.traffic.release(self.now)

    def got(self, station):
        """The numbers of the frames that a station got; one that is damaged is "!"."""
        return [data[-4] if data[-1] == 0 else "!" for data in self.stations[station].port.got]

    def entries(self):
        """[(fate, fault)] of the frames, and {frame's place: [(receiver, fate, fault)]} of the copies."""
        frames, copies = {}, {}
        for offset, _, _, _, _, target, fate, is_copy, fault, data in self.reader.entries():
            what = (FATES[fate], None if fault == NO_FAULT else fault)
            if is_copy:
                copies.setdefault(int.from_bytes(data, "little"), []).append(("abcd"[target], *what))
            else:
                frames[offset] = what
        return list(frames.values()), {
            place: copies[offset] for place, offset in enumerate(frames) if offset in copies
        }

    def counted(self, station=0):
        """(frames sent through here, delivered, {fate: frames}) of a station."""
        tally = self.stations[station].tally
        lost = tally.counters(0)[4]
        return tally.slow_frames, tally.handed_frames, lost


def mac(index):
    return bytes([2, 0, 0, 0, 0, index + 1])


def frame(number, source, to):
    header = bytes([0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2])
    return to + source + b"\x08\x00" + header + udp_body(1, 2, bytes([number, 0, 0, 0]))


@pytest.mark.parametrize(
    ("fault", "others", "chosen"),
    [
        (Drop(to="b", nth=2), [1, 2, 3], [1, 3]),
        (Delay(5, to="b", nth=2), [1, 2, 3], [1, 3, 2]),
        (Duplicate(to="b", nth=2), [1, 2, 3], [1, 2, 2, 3]),
        (Reorder(to="b", nth=1), [1, 2, 3], [2, 1, 3]),
        (Reorder(to="b", nth=1, behind=2), [1, 2, 3], [2, 3, 1]),
        (Reorder(to="b", nth=3), [1, 2, 3], [1, 2, 3]),
        (Corrupt(to="b", nth=2), [1, 2, 3], [1, "!", 3]),
    ],
    ids=repr,
)
@pytest.mark.parametrize("delay_ms", [0, 10])
def test_a_fault_of_one_receivers_copy(fault, others, chosen, delay_ms):
    lab = Lab(faults=[fault], delay_ms=delay_ms)
    lab.send([1, 2, 3])
    lab.wait(20)
    lab.wait(1000)
    assert (lab.got(1), lab.got(2)) == (chosen, others)
    assert lab.traffic.under_way == 0 and not lab.traffic.busy and lab.traffic.next_time() is None


def test_a_frame_is_rewritten_for_all_and_a_copy_for_one():
    lab = Lab(faults=[Rewrite(to="b", ttl=1, nth=1), Rewrite(ttl=2, nth=2)], delay_ms=10)
    lab.send([1, 2, 3])
    lab.wait(20)
    lives = [[data[22] for data in lab.stations[place].port.got] for place in (1, 2)]
    assert lives == [[1, 2, 64], [64, 2, 64]]
    assert {data[22] for *_, data in lab.reader.entries() if len(data) > 22} == {64}  # as they left


@pytest.mark.parametrize("kind", [Delay, Drop, Duplicate, Reorder, Corrupt])
def test_the_copy_names_the_fault_that_struck_it_and_the_frame_does_not(kind):
    lab = Lab(faults=[kind(*(5,) * (kind is Delay), to="b", nth=1)])
    lab.send([1])
    lab.wait(2000)
    frames, copies = lab.entries()
    assert frames == [("delivered", None)]
    fate = "dropped" if kind is Drop else "delivered"
    assert set(copies[0]) == {("b", fate, 0), ("c", "delivered", None)}
    assert len(copies[0]) == 2 + (kind is Duplicate)


@pytest.mark.parametrize("delay_ms", [0, 10])
@pytest.mark.parametrize("copies", [1, 2, 3])
def test_a_duplicate_for_one_receiver_is_so_many_copies_of_the_same_bytes(copies, delay_ms):
    lab = Lab("abcd", faults=[Duplicate(copies=copies, to="c", nth=2)], delay_ms=delay_ms)
    lab.send([1, 2, 3])
    lab.wait(20)
    one, two, three = sent = [frame(number, mac(0), ALL) for number in (1, 2, 3)]
    assert [station.port.got for station in lab.stations] == [
        [],
        sent,
        [one, *[two] * (copies + 1), three],
        sent,
    ]
    _, shares = lab.entries()
    assert sorted(shares[1]) == [
        ("b", "delivered", None),
        *[("c", "delivered", 0)] * (copies + 1),
        ("d", "delivered", None),
    ]


def test_corrupt_turns_all_bits_of_the_last_byte_of_one_receivers_copy_and_no_other_bit():
    lab = Lab("abcd", faults=[Corrupt(to="c", nth=1)])
    lab.send([1])
    sent = frame(1, mac(0), ALL)
    damaged = sent[:-1] + bytes([sent[-1] ^ 0xFF])
    assert [station.port.got for station in lab.stations[1:]] == [[sent], [damaged], [sent]]
    assert next(lab.reader.entries())[9] == sent, "the record holds what was sent"


def test_what_strikes_one_receivers_copy_strikes_it_in_each_part_of_a_duplicate():
    lab = Lab(faults=[Duplicate(nth=1), Drop(to="b", nth=1)])
    lab.send([1, 2])
    assert (lab.got(1), lab.got(2)) == ([2], [1, 1, 2])


def test_copies_that_one_frame_sets_free_leave_in_the_order_in_which_they_came():
    lab = Lab(faults=[Reorder(to="b", nth=1, behind=2), Reorder(to="b", nth=2)])
    lab.send([1, 2, 3])
    assert (lab.got(1), lab.got(2)) == ([3, 1, 2], [1, 2, 3])


@pytest.mark.parametrize("to", [None, "b"])
def test_where_both_want_a_frame_a_fault_of_all_links_comes_before_one_of_the_senders(to):
    lab = Lab(faults=[Drop(to=to, nth=1)])
    lab.stations[0].judges[-1].set([Corrupt(to=to, nth=(1, 2))])
    lab.send([1, 2])
    assert lab.got(1) == ["!"]
    assert lab.got(2) == ([1, 2] if to else ["!"])


def test_a_frame_struck_whole_and_again_in_one_copy_names_both_where_they_belong():
    lab = Lab(faults=[Corrupt(protocol="udp"), Drop(to="b", nth=1)])
    lab.send([1])
    frames, copies = lab.entries()
    assert frames == [("delivered", 0)]
    assert copies == {0: [("b", "dropped", 1), ("c", "delivered", 0)]}
    assert (lab.got(1), lab.got(2)) == ([], ["!"])


def test_what_frees_an_overtaken_frame_goes_first_and_a_freed_one_counts_for_others():
    lab = Lab("ab", faults=[Reorder(nth=(1, 2, 3), behind=2, protocol="udp")])
    lab.send([1, 2, 3, 4, 5])
    assert lab.got(1) == [4, 5, 1, 2, 3]
    assert lab.traffic.next_time() is None and not lab.traffic.busy


def test_a_frame_of_another_sender_frees_nothing():
    lab = Lab(faults=[Reorder(sender="a", nth=1)])
    lab.send([1])
    lab.send([2, 3], source=1)
    assert lab.got(2) == [2, 3] and lab.traffic.next_time() == PATIENCE_NS
    lab.wait(1000)
    assert lab.got(2) == [2, 3, 1]


def test_a_delay_counts_from_the_time_that_the_frame_left_the_cable_however_late_we_look():
    lab = Lab(faults=[Delay(5, to="b", nth=1)], delay_ms=10)
    lab.send([1])
    lab.wait(12)  # it left at 10 ms
    assert lab.traffic.next_time() == 15 * MS


def test_a_thousand_frames_that_wait_for_one_leave_without_a_deep_stack():
    lab = Lab("ab", faults=[Reorder(nth=range(1, 1201), protocol="udp")], memory=1 << 18)
    lab.send([n % 250 for n in range(1200)])
    lab.send([251])
    assert len(lab.got(1)) == 1201 and lab.got(1)[:2] == [251, 0]


@pytest.mark.parametrize(
    ("full", "fate"), [("b", "delivered"), ("c", "delivered"), ("bc", "refused"), ("", "delivered")]
)
def test_a_receiver_that_refuses_is_noted_and_the_others_are_as_they_were(full, fate):
    lab = Lab()
    for station in lab.stations:
        station.port.full = station.name in full
    lab.send([1])
    shares = [(name, "refused" if name in full else "delivered", None) for name in "bc"]
    assert lab.entries() == ([(fate, None)], {0: shares})
    assert lab.counted() == (1, int(fate == "delivered"), {} if fate == "delivered" else {"refused": 1})
    assert [station.refused for station in lab.stations] == [0, *(name in full for name in "bc")]


def test_a_cut_on_the_way_ends_the_frame():
    lab = Lab("ab", delay_ms=10)
    lab.send([1])
    lab.stations[0].cut = True
    lab.wait(10)
    lab.send([2])
    assert lab.entries() == ([("cut", None), ("cut", None)], {}) and lab.counted() == (2, 0, {"cut": 2})


def test_what_set_out_before_a_capture_changes_nothing_in_it():
    lab = Lab("ab", delay_ms=10)
    lab.send([1])
    lab.notes.record.reset()
    lab.send([2])
    lab.stations[0].cable.set(PLAIN)
    lab.notes.record.reset()
    lab.send([3])
    lab.wait(20)
    assert lab.got(1) == [1, 2, 3]
    assert [row[9][-4] for row in lab.reader.entries()] == [3]


def test_what_is_lost_after_a_capture_began_and_set_out_before_changes_nothing_in_it():
    lab = Lab("ab", faults=[Delay(5, protocol="udp")])
    lab.send([1])
    lab.wait(3)
    lab.notes.record.reset()
    lab.send([2])
    lab.stations[0].cable.set({**PLAIN, "loss": 1})
    lab.wait(2)
    assert lab.entries() == ([("in flight", 0)], {}) and lab.counted() == (2, 0, {"lost": 1})


def test_only_a_capture_writes_the_record():
    lab = Lab()
    lab.notes.recording = 0
    lab.send([1])
    assert lab.entries() == ([], {}) and lab.got(1) == [1]


@pytest.mark.parametrize("seed", range(60))
def test_every_frame_counts_once(seed):
    """Whatever strikes it: those sent are those delivered and those lost, and in the end none is under way."""
    chance = Random(seed)
    kinds = [Drop, lambda **where: Delay(chance.choice([1, 4]), **where), Duplicate, Reorder, Corrupt]
    faults = []
    for _ in range(chance.randint(1, 4)):
        nth = tuple(chance.randint(1, 12) for _ in range(4))
        where = dict(nth=nth) if chance.random() < 0.5 else dict(nth=nth, to=chance.choice("abcd"))
        faults.append(chance.choice(kinds)(**where))
    lab = Lab(
        "abcd",
        faults,
        loss=chance.choice([0, 0.3]),
        rate_mbit=chance.choice([None, 1]),
        queue_packets=2,
        delay_ms=chance.choice([0, 3]),
    )
    for number in range(40):
        source = chance.randrange(4)
        to = chance.choice([ALL, mac(chance.choice([n for n in range(4) if n != source]))])
        lab.send([number], to, source)
        if chance.random() < 0.3:
            port = chance.choice(lab.stations).port
            port.full = not port.full
        lab.wait(chance.choice([0, 0, 1, 5]))
    lab.wait(10_000)
    assert lab.traffic.under_way == 0 and not lab.traffic.busy
    for station in range(4):
        sent, delivered, lost = lab.counted(station)
        assert sent == delivered + sum(lost.values())
    frames, _ = lab.entries()
    assert "in flight" not in [fate for fate, _ in frames]
