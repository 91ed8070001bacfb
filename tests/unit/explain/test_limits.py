"""Who limits a sender, where a path loses, what a box forgets, what many connections show together; and look-alikes."""

from __future__ import annotations

from struct import pack

import pytest
from wire_samples import ADDRESSES, SYN_OPTIONS, Talk, bulk, ethernet, frame, ipv4

from labkit.explain import explain
from labkit.packets.frame import QUEUE_FULL, Arrival
from labkit.traces.calls import Call
from labkit.traces.trace import Trace

MS = 1_000_000
ENDS = [("10.0.0.1", 40000), ("10.0.0.2", 8080)]


def kinds(talk, **more):
    return explain(talk.trace(**more)).kinds


def wrote(begin, end, size):
    return Call("client", "sendall", int(begin * MS), int(end * MS), size, local=ENDS[0], peer=ENDS[1])


def seen_at_client(talk):
    """As a capture of another program at the client has it: one time a frame."""
    frames = []
    for each in talk.frames:
        at = each.departed_ns if each.source == "client" else each.arrived_ns
        if at is not None:
            data = (
                each.data[:18] + pack(">H", each.number) + each.data[20:]
            )  # each packet has a number of its own
            arrivals = (Arrival(each.target, at),)
            frames.append(
                each._replace(data=data, departed_ns=at, arrivals=arrivals, hits=(), fate="delivered")
            )
    frames.sort(key=lambda each: each.departed_ns)
    numbered = [each._replace(number=number) for number, each in enumerate(frames, 1)]
    return Trace(numbered, addresses=ADDRESSES)


# -- the program


def pieces(count=12, gap=60, size=1448, answer=b""):
    """The client sends a piece each `gap` ms; each is acknowledged, or answered, at once."""
    talk = Talk().open()
    for place in range(count):
        at, said = 40 + gap * place, place * len(answer)
        talk.c("P.", 1 + place * size, 1 + said, bytes(size), at=at)
        talk.s(".", 1 + said, 1 + (place + 1) * size, answer, at=at + 10)
    return talk


def test_a_program_that_has_nothing_to_send():
    (finding,) = explain(pieces().trace()).findings
    assert finding.kind == "application-limited" and finding.note
    assert finding.values["wait_ns"] == 11 * 40 * MS and finding.values["whole_ns"] == 11 * 60 * MS
    assert finding.values["pieces"] == 12 and len(finding.frames) == 11
    assert "application-limited" in explain(seen_at_client(pieces())).kinds


def test_with_calls_it_is_known_when_it_wrote():
    late = [wrote(39 + 60 * place, 39.1 + 60 * place, 1448) for place in range(12)]
    assert kinds(pieces(), calls=late) == ["application-limited"]
    once = [wrote(39, 39.1, 12 * 1448)]
    assert kinds(pieces(), calls=once) == [], "it had written all, and its kernel took its time"


@pytest.mark.parametrize(
    "talk",
    [
        pieces(count=9),
        pieces(size=100),
        pieces(gap=22),
        pieces(answer=b"next, please"),
    ],
    ids=["few", "little", "hardly waits", "conversation"],
)
def test_what_is_no_limit_of_the_program(talk):
    assert "application-limited" not in kinds(talk)


# -- the send buffer


def rounds(peaks, window=2000, lose=None):
    """In each round trip the client sends so many segments, all of which are acknowledged together."""
    talk, seq, at = Talk().c("S").s("S.", 0, 1, at=10).c(".", 1, 1, at=20), 1, 40
    for peak in peaks:
        for _ in range(peak):
            talk.c(".", seq, 1, bytes(1448), at=at)
            seq += 1448
        talk.s(".", 1, seq, at=at + 10, window=window)
        at += 20
    return talk, [wrote(39, at, seq)]


def test_a_send_buffer_that_holds_no_more():
    talk, calls = rounds([10] * 10)
    (finding,) = explain(talk.trace(calls=calls)).of("buffer-limited")
    assert (
        finding.values["size"] == 14_480 and finding.values["count"] == 9
    )  # at first the window is not scaled
    assert finding.values["window"] == 2000 * 128
    assert explain(talk.trace(calls=calls)).accounts[0].spent["sending"] > 0
    assert "buffer-limited" not in kinds(talk), "without its calls nobody knows that a program waits"
    assert "buffer-limited" not in explain(seen_at_client(talk)).kinds


@pytest.mark.parametrize(
    ("peaks", "window"),
    [
        (range(10, 22), 2000),
        ([10] * 6, 2000),
        ([10] * 10, 120),
        ([10, 20, 40, 10, 20, 40, 10, 20, 40, 10], 2000),
    ],
    ids=["a window that grows", "few", "the receiver's window", "up and down"],
)
def test_what_is_no_send_buffer(peaks, window):
    talk, calls = rounds(peaks, window)
    assert "buffer-limited" not in kinds(talk, calls=calls)


def test_a_program_that_does_not_wait_in_its_calls_fills_no_buffer():
    talk, _ = rounds([10] * 10)
    short = [wrote(39 + 20 * place, 39.5 + 20 * place, 14_480) for place in range(10)]
    assert "buffer-limited" not in kinds(talk, calls=short)


# -- where a path loses


def lossy(trip=20, lost=(5, 15, 25), fate="dropped"):
    """Forty segments, 40 ms apart, of which some are lost and sent again when the next three have told of it; the round
    trip grows to `trip` just before."""
    talk = Talk().open()
    events = []
    for place in range(40):
        at = 40 + 40 * place
        events.append((at, "send", place))
        if place not in lost:
            back = trip if place + 1 in lost else 20
            events.append((at + back, "ack", place))
    for place in lost:
        events.append((40 + 40 * place + 170, "again", place))
    got, hole = set(), None
    for at, what, place in sorted(events):
        if what != "ack":
            talk.c(".", 1 + place * 1000, 1, bytes(1000), at=at, lost=what == "send" and place in lost)
            if what == "send" and place in lost:
                hits = talk.frames[-1].hits if fate == "dropped" else ()
                talk.frames[-1] = talk.frames[-1]._replace(fate=fate, hits=hits)
        got |= {place} if what != "send" else set()
        if what == "ack":
            hole = next(n for n in range(41) if n not in got)
            above = [n for n in got if n > hole]
            options = b""
            if above:
                options = b"\1\1" + pack(">BBII", 5, 10, 1001 + min(above) * 1000, 2001 + max(above) * 1000)
            talk.s(".", 1, 1 + hole * 1000, at=at, options=options)
    return talk


def test_a_link_that_loses():
    (finding,) = explain(lossy().trace()).of("link-loss")
    assert finding.values["count"] == 3 and finding.values["least_ns"] == 30 * MS
    assert "link-loss" in explain(seen_at_client(lossy())).kinds


def test_losses_where_a_queue_stands():
    found = explain(seen_at_client(lossy(trip=50))).kinds
    assert "queue-loss" in found and "link-loss" not in found


@pytest.mark.parametrize("talk", [lossy(lost=(5, 15)), bulk(), lossy(fate=QUEUE_FULL), lossy(fate="cut")])
def test_losses_that_show_no_bad_link(talk):
    assert "link-loss" not in kinds(talk)


# -- forgotten by a box


def lapsed(idle=2000, other=True, lost=True, stranger=False):
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50)
    at = 50 + idle
    for wait in () if stranger else (0, 210, 650, 1500):
        talk.c("P.", 6, 1, b"again", at=at + wait, lost=lost)
    if stranger:
        talk.c("P.", 6, 1, b"again", at=at, lost=True).s("R", 1, at=at + 5, source="home", delay=5)
    if other:
        another = Talk(client=("10.0.0.1", 40001), frames=talk.frames)
        another.c("S", at=at + 800).s("S.", 0, 1, at=at + 810).c(".", 1, 1, at=at + 820)
    talk.frames.sort(key=lambda each: each.departed_ns)
    talk.frames[:] = [each._replace(number=number) for number, each in enumerate(talk.frames, 1)]
    return talk


def test_a_connection_that_a_box_forgot():
    (finding,) = explain(lapsed().trace()).findings
    assert (finding.kind, finding.values["count"]) == ("forgotten", 4)
    assert finding.values["idle_ns"] == 1990 * MS
    (refused,) = explain(lapsed(stranger=True).trace()).findings
    assert (refused.kind, len(refused.frames)) == ("forgotten", 2)
    assert "a reset that server did not send" in refused.sentence


@pytest.mark.parametrize(
    ("talk", "instead"),
    [
        (lapsed(other=False), "dead-peer"),  # the server may be gone
        (lapsed(idle=300), "dead-peer"),  # it was hardly idle
        (lapsed(idle=300, stranger=True), "reset-by-stranger"),
    ],
    ids=["alone", "not idle", "a stranger at once"],
)
def test_what_no_box_forgot(talk, instead):
    assert kinds(talk) == [instead]


def test_another_capture_must_show_a_longer_silence():
    for idle, kind in ((2000, "dead-peer"), (60_000, "forgotten")):
        assert [each.kind for each in explain(seen_at_client(lapsed(idle))).faults] == [kind]


# -- SYN cookies

BARE = bytes.fromhex("020405b4")
OFFER = bytes.fromhex("020405b4 0402 0101 01 030307")


def answered(*answers, offer=OFFER):
    frames = []
    for place, options in enumerate(answers):
        talk = Talk(client=("10.0.0.1", 40000 + place), frames=frames)
        at = 100 * place
        talk.c("S", at=at, options=offer).s("S.", 0, 1, at=at + 10, options=options).c(".", 1, 1, at=at + 20)
    return Talk(frames=frames)


def test_a_syn_that_was_granted_less_than_another():
    (finding,) = explain(answered(OFFER, BARE, BARE).trace()).findings
    assert (finding.kind, finding.values["count"], finding.values["port"]) == ("syn-cookies", 2, 8080)
    assert finding.frames == (2, 5, 8)


@pytest.mark.parametrize(
    "talk",
    [answered(BARE, BARE), answered(OFFER, OFFER), answered(OFFER, BARE, offer=SYN_OPTIONS)],
    ids=["it never grants them", "it grants all", "timestamps would keep them"],
)
def test_what_shows_no_cookie(talk):
    assert kinds(talk) == []


# -- many connections


def calls_to(ports, refuse=True):
    frames = []
    for place, port in enumerate(ports):
        talk = Talk(client=("10.0.0.1", 40000 + place), server=("10.0.0.2", port), frames=frames)
        talk.c("S", at=30 * place)
        if refuse:
            talk.s("R.", 0, 1, at=30 * place + 10)
        else:
            talk.s("S.", 0, 1, at=30 * place + 10).c(".", 1, 1, at=30 * place + 20)
    return Talk(frames=frames)


def test_somebody_looks_for_what_is_open():
    (finding,) = explain(calls_to(range(8000, 8020)).trace()).findings
    assert finding.kind == "port-scan" and finding.values == {
        "who": "client",
        "peer": "server",
        "count": 20,
        "refused": 20,
        "silent": 0,
    }
    assert len(finding.frames) == 40


def test_what_is_no_scan():
    assert kinds(calls_to(range(8000, 8020), refuse=False)) == []
    found = explain(calls_to([8000, 8001, 8002]).trace())
    assert [each.values["port"] for each in found.of("refused")] == [8000, 8001, 8002]
    (again,) = explain(calls_to([8000] * 20).trace()).findings
    assert again.sentence.startswith("client asked 20 times for server's port 8000")


# -- too large


def too_large(told=True):
    """A segment of 1,448 bytes that does not pass; the same in two that do.  A router may have said why."""
    talk = Talk().open().c(".", 1, 1, bytes(1448), at=40, lost=True)
    quoted = talk.frames[-1].data[14:42]
    if told:
        error = ipv4(1, bytes([3, 4, 0, 0, 0, 0, 5, 120]) + quoted, "10.0.0.9", "10.0.0.1")
        arrival = (Arrival("client", 50 * MS),)
        talk.frames.append(
            frame(
                ethernet(0x0800, error),
                number=5,
                at=45 * MS,
                source="router",
                target="client",
                arrivals=arrival,
            )
        )
    talk.c(".", 1, 1, bytes(1348), at=51 if told else 260).c(".", 1349, 1, bytes(100), at=51 if told else 260)
    return talk.s(".", 1, 1449, at=71 if told else 280)


def test_a_sender_that_was_told_to_send_less_lost_nothing_more():
    assert kinds(too_large()) == ["path-mtu"]
    assert kinds(too_large(told=False)) == ["timeout"]


def found_out(lost=True):
    """Three times in vain, then the same bytes in smaller segments, which arrive."""
    talk = Talk().open()
    for at in (40, 260, 700):
        talk.c(".", 1, 1, bytes(1448), at=at, lost=lost or at < 700)
    if lost:
        talk.c(".", 1, 1, bytes(1024), at=1600).c(".", 1025, 1, bytes(424), at=1600)
    return talk.s(".", 1, 1449, at=1611)


def test_a_black_hole_that_the_kernel_found_out():
    (finding,) = explain(found_out().trace()).findings
    assert (finding.kind, finding.values["size"], finding.frames) == ("mtu-black-hole", 1448, (4, 5, 6, 7))
    assert kinds(found_out(lost=False)) == ["lost-again", "timeout"]
