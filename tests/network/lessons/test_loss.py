"""The lesson on loss: a storm of callers with each kind of loop, and who shares a line."""

from __future__ import annotations

import socket
from contextlib import nullcontext

import pytest
from at_once import at_once
from waiting import wait_for

from labkit import Drop, Network
from labkit.lessons.loss.busy import connected, echo, pump, race, round_trips, swallow
from labkit.lessons.loss.measuring import exchanges
from labkit.lessons.loss.repairs import acknowledged, repair, undisturbed
from labkit.lessons.loss.storm import storm
from lessons.loss.answers.fetch_patiently import as_it_was, fetch


@pytest.mark.parametrize(("loop", "all_served"), [(fetch, True), (as_it_was, False)])
def test_forty_callers_are_served_only_by_the_loop_that_waits(loop, all_served):
    with Network("client", "server", delay_ms=5) as net:
        net.server.link.rate_mbit, net.server.link.queue_packets = 0.4, 1000
        seen = storm(net, loop)
    assert seen.lost == 0
    assert (len(seen.served) == seen.callers) is all_served, len(seen.served)
    assert len(seen.carried) >= len(seen.served)


def test_what_a_fetch_raises_is_not_swallowed():
    def broken(host, request):
        raise KeyError("price")

    with Network("client", "server") as net, pytest.raises(Exception, match="price"):
        storm(net, broken, callers=1)


def test_a_line_is_pumped_full_and_asked_beside():
    with Network("client", "server", delay_ms=5, rate_mbit=5, queue_packets=50) as net:
        net.server.start(swallow, port=8080)
        echoing = net.server.background(echo, net.server)
        sock = connected(net.client, net.server, 8080)
        sending = net.client.background(pump, sock, 4)
        wait_for(lambda: sock.info().unacked > 30)  # the line is full
        trips = round_trips(net.client, net.server, 0.8)
        rate = sending.result(timeout=60)
        echoing.stop()
    assert 1 < rate < 5
    assert all(trip >= 10 for _, trip in trips) and max(trip for _, trip in trips) > 40


def test_nobody_who_answers_is_an_error():
    with Network("client", "server") as net:
        silent = net.server.socket(type=socket.SOCK_DGRAM)
        silent.bind((net.server.address, 7))
        with silent, pytest.raises(TimeoutError, match=r"run echo\(host\)"):
            round_trips(net.client, net.server, 0.1)


def test_who_races_sends_with_its_algorithm():
    with Network("reno", "cubic", "server", delay_ms=5, rate_mbit=5) as net:
        net.server.start(swallow, port=8080)
        assert set(race(net, ["reno", "cubic"], 0.3)) == {"reno", "cubic"}
        with connected(net.cubic, net.server, 8080, "cubic") as sock:
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0") == b"cubic"
        with pytest.raises(FileNotFoundError):
            connected(net.cubic, net.server, 8080, "no-such")


def test_round_trips_of_the_wire_and_of_the_kernel_go_together():
    with Network("client", "server", delay_ms=10) as net:
        samples, infos = exchanges(net, [10, 30])
        assert net.link.delay_ms == 10
    assert len(samples) == len(infos) == 3
    assert samples[0] >= 0.02 and samples[2] >= 0.06
    # Each goes into the kernel's mean: that moves towards it, up or down.  The kernel's own sample is some microseconds
    # more than the wire's, so one next to the mean moves it either way.
    for before, sample, after in zip(infos, samples[1:], infos[1:], strict=False):
        if abs(sample * 1e6 - before.rtt_us) > 5_000:
            assert (after.rtt_us > before.rtt_us) == (sample * 1e6 > before.rtt_us)
    # The last is three times the first, unless the machine stood still before.
    assert infos[2].rtt_us > infos[1].rtt_us or infos[1].rtt_us > 55_000


def test_a_machine_that_stood_still_makes_no_other_segment_the_last():
    """Its timer ran out meanwhile, so the fifth piece of data on the wire was the fourth segment."""
    lost = []

    def send(net):
        net.link.faults = [Drop(data=5)]
        with net.capture() as trace, connected(net.client, net.server, 8080) as sock:
            with nullcontext() if lost else at_once(net):
                sock.sendall(bytes(2 * 1448))
                wait_for(lambda: lost or sock.info().total_retrans)
            sock.sendall(bytes(3 * 1448))
            trace.wait_for(lambda: acknowledged(trace, 5 * 1448))
        lost.append(repair(trace).seq)
        return trace, lost

    with Network("client", "server", delay_ms=10) as net:
        net.server.start(swallow, port=8080)
        trace, _ = undisturbed(send)(net)
    assert lost[0] < lost[-1] == repair(trace).seq == 4 * 1448 + 1
