"""Ladders of large captures show what can be read and say what not; any part of them can be asked for."""

from __future__ import annotations

import struct
from functools import cache

import pytest
from ladder_samples import Talk, handshake, sample
from wire_samples import bulk

from labkit.drawing.measure import text_width, wrapped
from labkit.drawing.png import PIXELS
from labkit.packets.frame import Arrival, Frame
from labkit.pictures.ladders import ladder
from labkit.pictures.ladders.busiest import busiest
from labkit.pictures.ladders.readable import CALLS, ROWS
from labkit.pictures.ladders.story import tell
from labkit.traces.trace import Trace

ELEMENTS = ("<line", "<text", "<polygon", "<circle")


def elements(shown) -> int:
    return sum(shown.svg.count(element) for element in ELEMENTS)


def names(shown) -> list[str]:
    return [each for each in shown.text.splitlines()[0].split() if each]


def questions(count: int, hosts: int = 2, broadcast: bool = False) -> Trace:
    """So many datagrams, 30 ms apart: from each host to the next, or to all."""
    talk = Talk(*(f"h{n}" for n in range(1, hosts + 1)))
    for n in range(count):
        source, target = n % hosts + 1, (n + 1) % hosts + 1
        targets = tuple(h for h in range(1, hosts + 1) if h != source) if broadcast else target
        talk.udp(n * 30, source, targets, b"%d" % (n + 1))
    return talk.trace()


@cache
def connections(count: int, hosts: int = 2) -> Trace:
    """So many connections, each with one line, from each host to the next, one after another."""
    talk = Talk(*(f"h{n}" for n in range(1, hosts + 1)), delay_ms=1)
    for n in range(count):
        here, there = n % hosts + 1, (n + 1) % hosts + 1
        low, at = min(here, there), n * 20.0
        ports = (20000 + n, 80) if here == low else (80, 20000 + n)
        for step, (source, flags, seq, ack, data) in enumerate(
            [
                (here, "S", 0, None, b""),
                (there, "S.", 0, 1, b""),
                (here, ".", 1, 1, b""),
                (here, "P.", 1, 1, b"line %d" % n),
            ]
        ):
            target = there if source == here else here
            talk.tcp(at + 2 * step, source, target, flags, seq, ack, data, ports=ports)
    return talk.trace()


@pytest.mark.parametrize("make", [
    lambda count: questions(count),
    lambda count: questions(count, hosts=6),
    lambda count: questions(count, hosts=100),
    lambda count: questions(count, hosts=60, broadcast=True),
    lambda count: connections(count // 4),
    lambda count: connections(count // 4, hosts=30),
])  # fmt: skip
def test_the_picture_does_not_grow_with_the_capture(make):
    some, many = ladder(make(600)), ladder(make(2400))
    assert 200 < elements(many) <= 1.3 * elements(some) < 4500
    assert len(many.text) <= 1.3 * len(some.text) < 150_000
    assert many._picture.height <= 1.3 * some._picture.height < 14_000


def test_long_ones_show_the_beginning_and_say_how_to_go_on():
    trace = questions(200)
    shown = ladder(trace, fold=False)
    remark = "the first 60 of 200 frames are drawn; the next with frames=range(61, 121)"
    assert ROWS == 60 and remark in shown.text
    assert '"60"' in shown.text and '"61"' not in shown.text and '"61"' not in shown.svg
    onward = ladder(trace, frames=range(61, 121), fold=False)
    assert all(f'"{n}"' in onward.text for n in range(61, 121))
    assert '"60"' not in onward.text and '"121"' not in onward.text
    assert "are drawn" not in onward.text


def test_sixty_arrows_are_drawn_whole_and_one_more_is_not():
    assert "are drawn" not in ladder(questions(60)).text
    assert "the first 60 of 61 frames" in ladder(questions(61)).text
    assert "the first 60 of 61 frames" in ladder(questions(61), fold=False).text


def test_a_huge_transfer_is_folded_and_its_rest_counted():
    talk = Talk("client", "server", delay_ms=1)
    done = handshake(talk)
    for n in range(6000):
        talk.tcp(done + n * 0.01, 1, 2, ".", 1 + n * 100, 1, b"x" * 100)
    shown = ladder(talk.trace())
    assert "the first 5,000 of 6,003 frames are drawn; the next with frames=range(5001, 10001)" in shown.text
    assert "4,997 segments" in shown.text or "4997 segments" in shown.text
    assert elements(shown) < 100
    far = ladder(talk.trace(), frames=range(5999, 6004))
    assert "seq 599901:600001" in far.text and "seq 599401" not in far.text  # numbers as in the whole
    assert "calls and TCP states are not drawn so far from the beginning" in far.text
    assert "ESTABLISHED" not in far.text


def test_of_many_hosts_those_are_drawn_that_speak_most_with_each_other():
    talk = Talk(*(f"h{n}" for n in range(1, 21)))
    for n in range(40):
        talk.udp(n, 20, 3 + n % 15, b"")  # h20 has most frames, with many
    for n in range(10):
        talk.udp(n, 5, 2, b"")
    chosen = busiest(talk.trace().frames, talk.trace().hosts, 3)
    assert chosen == ("h2", "h5", "h20")
    assert busiest(talk.trace().frames, talk.trace().hosts, 2) == ("h2", "h5")
    assert busiest([], ("a", "b", "c"), 2) == ("a", "b")


def test_hosts_that_speak_to_all_come_first_where_no_two_speak():
    trace = questions(30, hosts=20, broadcast=True)
    everyone = [each._replace(arrivals=(), target="*") for each in trace.frames]
    assert busiest(everyone, trace.hosts, 10) == trace.hosts[:10]


def test_hosts_left_out_are_counted_and_can_be_asked_for():
    talk = Talk(*(f"h{n}" for n in range(1, 21)))
    for n in range(5):
        talk.udp(n * 30, 7, 9, b"")
        talk.udp(n * 30 + 15, 9, 12, b"")
    shown = ladder(talk.trace())
    assert names(shown) == ["h7", "h9", "h12"]
    assert "3 of 20 hosts are drawn, those with most frames; others with hosts=['h1', 'h2']" in shown.text
    assert names(ladder(talk.trace(), hosts=["h2", "h7", "h1"])) == ["h2", "h7", "h1"]
    all_asked = ladder(talk.trace(), hosts=talk.trace().hosts)
    assert len(names(all_asked)) == 20 and "hosts are drawn" not in all_asked.text


def test_of_those_asked_for_forty_are_drawn():
    trace = questions(300, hosts=60)
    shown = ladder(trace, hosts=trace.hosts)
    assert len(names(shown)) == 40 and "40 of 60 hosts are drawn" in shown.text


def test_twelve_hosts_are_drawn_all_silent_or_not():
    talk = Talk(*(f"h{n}" for n in range(1, 13)))
    talk.udp(0, 1, 2, b"")
    assert len(names(ladder(talk.trace()))) == 12


@pytest.mark.parametrize("count", [30, 1500])
def test_one_connection_of_many(count):
    trace = connections(count, hosts=20 if count == 30 else 2)
    flow = trace.flows()[20]
    for chosen in (flow, flow.number, trace.select(flow=flow)[1]):
        shown = ladder(trace, flow=chosen)
        assert '"line 20"' in shown.text and "seq 1:8" in shown.text and "line 19" not in shown.text
        assert "ESTABLISHED" in shown.text and "are drawn" not in shown.text
        assert count == 1500 or len(names(shown)) == 2
    with pytest.raises(ValueError, match=f"no flow {count + 1} in this trace; it has 1 to {count}"):
        ladder(trace, flow=count + 1)
    with pytest.raises(ValueError, match=f"no flow 9999 in this trace; it has 1 to {count}"):
        ladder(trace, flow=flow._replace(number=9999))


def test_states_of_many_connections_are_left_out():
    few, many = ladder(connections(12)), ladder(connections(13))
    assert "ESTABLISHED" in few.text and "lane-open" in few.svg and "TCP states of" not in few.text
    assert "ESTABLISHED" not in many.text and 'class="a lane' not in many.svg
    assert "the TCP states of 13 connections are not drawn; those of one with flow=…" in many.text


def test_a_part_begins_in_the_state_that_it_had_with_its_own_calls():
    shown = ladder(sample("hello"), frames=range(4, 7))
    lines = shown.text.splitlines()
    assert "ESTABLISHED" in lines[1] and "LISTEN" not in shown.text and "SYN" not in shown.text
    assert "send(5 bytes) → 5" in shown.text and "close()" in shown.text
    assert "connect" not in shown.text and "accept" not in shown.text
    assert "FIN-WAIT-1" in shown.text and "TIME-WAIT" not in shown.text
    assert "connect(" not in shown.svg and "send(5 bytes)" in shown.svg


def test_frames_by_what_a_question_answers():
    trace = bulk().trace()
    again = ladder(trace, frames=trace.retransmissions())
    assert again.text.count("retransmission") == 1 and "SYN" not in again.text
    assert again.text.count("▶") + again.text.count("◀") == 1
    assert ladder(trace, frames=(n for n in (1, 2))).text.count("SYN") >= 2


@pytest.mark.parametrize(("arguments", "error", "words"), [
    ({"hosts": "client"}, TypeError, r"hosts is a list of hosts .*write hosts=\['client', ...\]"),
    ({"hosts": 7}, TypeError, "hosts is a list of hosts or their names"),
    ({"hosts": []}, ValueError, "hosts names each host once"),
    ({"hosts": ["nobody"]}, ValueError, "there is no host 'nobody' in this trace; its hosts are: client, server"),
    ({"frames": 7}, TypeError, r"write frames=range\(1, 101\) \(got 7\)"),
    ({"frames": "1-5"}, TypeError, r"write frames=range\(1, 101\) \(got '1-5'\)"),
    ({"frames": range(90, 95)}, ValueError, r"no frame of range\(90, 95\) is in this trace; it has 1 to 9"),
    ({"frames": [0]}, ValueError, "none of these frames is in this trace; it has 1 to 9"),
    ({"flow": 2}, ValueError, "no flow 2 in this trace; it has 1 to 1"),
    ({"flow": "first"}, TypeError, "flow is a Flow"),
])  # fmt: skip
def test_what_cannot_be_asked_for(arguments, error, words):
    with pytest.raises(error, match=words):
        ladder(sample("hello"), **arguments)


def test_frames_of_an_empty_trace():
    with pytest.raises(ValueError, match="it has none at all"):
        ladder(Trace(()), frames=range(1, 5))


def test_many_calls_are_cut_and_counted():
    talk = Talk("client", "server")
    handshake(talk)
    for n in range(400):
        talk.call(
            1, "getsockopt" if n % 2 else "recv", "", 40 + n, 40.5 + n, error="BlockingIOError", socket_id=5
        )
    shown = ladder(talk.trace())
    assert f"only the first {CALLS} calls are drawn; none with calls=False" in shown.text
    assert elements(shown) < 1000 and len(shown.text.splitlines()) < CALLS + 20
    assert "calls are drawn" not in ladder(talk.trace(), calls=False).text


def test_calls_after_the_last_arrow_drawn_are_left_out():
    talk = Talk("h1", "h2")
    for n in range(100):
        talk.call(1, "sendto", "1 bytes", n * 30 - 0.2, n * 30 - 0.1, "1", local=("10.0.0.1", 40000))
        talk.udp(n * 30, 1 + n % 2, 2 - n % 2, b"x")
    shown = ladder(talk.trace(), fold=False)
    assert "the first 60 of 100 frames" in shown.text and shown.text.count("sendto(1 bytes)") == 60


def test_bytes_of_many_calls_are_found_at_once():
    """Each call has the segment that carried its bytes, and that with which they could be read: maybe a late one."""
    talk = Talk("client", "server", delay_ms=1)
    done = handshake(talk)
    here, there = ("10.0.0.1", 40000), ("10.0.0.2", 8080)
    late = (7, 20)  # overtaken by the next
    for n in range(40):
        at = done + 5 * n
        talk.call(1, "send", f"{n + 1} bytes", at - 0.1, at, str(n + 1), local=here, peer=there)
        seq = 1 + n * (n + 1) // 2
        delay = 7 if n in late else 1
        talk.tcp(at, 1, 2, "P.", seq, 1, b"x" * (n + 1), delay=delay)
        got = at + delay
        talk.call(2, "recv", "99", at, got + 0.1, str(n + 1), local=there, peer=here, socket_id=2)
    acts = tell(talk.trace()).acts
    sends = [act.cause for act in acts if act.call.name == "send"]
    receives = [act.release for act in acts if act.call.name == "recv"]
    assert sends == [4 + n for n in range(40)]
    assert receives == [4 + n - (n - 1 in late) for n in range(40)]


def size_of(png: bytes) -> tuple[int, int]:
    return struct.unpack(">II", png[16:24])


def test_tall_pictures_are_not_more_pixels_than_fit_in_memory():
    small, tall = ladder(sample("hello")), ladder(questions(100))
    width, height = size_of(small.png())
    assert abs(width - 2 * small._picture.width) <= 2 and abs(height - 2 * small._picture.height) <= 2
    width, height = size_of(tall.png())
    assert width * height <= PIXELS * 1.01 and width >= 0.75 * tall._picture.width - 1
    assert size_of(tall.png(48)) == tuple(
        int(each / 2) for each in (tall._picture.width, tall._picture.height)
    )


def test_remarks_are_wrapped():
    text = "the first 60 of 200 frames are drawn"
    lines = wrapped(text, 90, 11)
    assert " ".join(lines) == text and len(lines) > 1
    assert all(text_width(line, 11) <= 90 for line in lines)
    assert wrapped(text, 9999, 11) == [text] and wrapped("unbreakable", 5, 11) == ["unbreakable"]


def test_large_traces_are_not_kept_dissected():
    """A ladder's memory does not grow with the trace: it leaves nothing in it."""
    data = questions(1).frames[0].data
    frames = [
        Frame(n, n * 1000, "h1", "h2", (Arrival("h2", n * 1000 + 500),), "delivered", (), data, len(data))
        for n in range(1, 20_001)
    ]
    trace = Trace(frames, hosts=("h1", "h2"), addresses={"10.0.0.1": "h1"})
    for shown in (ladder(trace), ladder(trace, frames=range(15_000, 15_050))):
        assert shown.text
    assert "items" not in trace._memory and "segments" not in trace._memory
    assert len(ladder(trace)._story.arrows) <= 5000
