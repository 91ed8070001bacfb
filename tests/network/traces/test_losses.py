"""Losses at random, as a capture on the sender's side shows them: each is found, with every seed."""

from __future__ import annotations

import pytest

from labkit import Drop
from labkit.traces.files import writing
from labkit.traces.files.capturefile import Interface, Record
from labkit.traces.trace import Trace

SIZE, LOSS = 60_000, 0.1  # bytes; of the frames to the server


def transfer(net, lost_fin: bool = False) -> Trace:
    """What the wire saw of a connection that carries SIZE bytes to the server; the first FIN of the client's is lost,
    too, if that is asked for, and the second is waited for."""
    client, server = net.hosts
    with server.socket() as listener, client.socket() as caller, net.capture() as trace:
        listener.bind((server.address, 8080))
        listener.listen()
        caller.connect(("server", 8080))
        conn, _ = listener.accept()
        with conn:
            conn.settimeout(20)
            client.link.loss = LOSS
            task = client.background(caller.sendall, bytes(SIZE))
            got = 0
            while got < SIZE:
                got += len(conn.recv(SIZE))
            task.result(20)
            client.link.loss = 0
            client.link.faults = [Drop(flags="FIN")] if lost_fin else []
        caller.close()
        trace.wait_for(lambda: len(fins(trace)) > lost_fin, 20)
        trace.wait_until_quiet(20)
    return trace


def fins(trace: Trace) -> list:
    """The segments with FIN that the client sent."""
    return [each for each in trace.segments if each.source == "client" and "F" in each.flags]


def sent_again(trace: Trace) -> dict[str, list[int]]:
    """What each kernel sent a second time, by sequence number, and how we know it without an analysis.

    Not the client's data alone: on a busy machine what opens the connection, and what closes it, is repeated, too.
    """
    highest, again = {}, {}
    for each in trace.segments:
        if each.end_seq > each.seq:
            if each.seq < highest.get(each.source, 0):
                again.setdefault(each.source, []).append(each.seq)
            highest[each.source] = max(highest.get(each.source, 0), each.end_seq)
    return again


def said_to_be_sent_again(trace: Trace) -> dict[str, list[int]]:
    found = {}
    for each in trace.retransmissions():
        found.setdefault(each.source, []).append(each.seq)
    return found


def as_the_sender_saw_it(trace: Trace, path) -> Trace:
    """The same as another program would have captured it on the client: without fates, and without what never came."""
    seen = []
    for segment in trace.segments:
        at = segment.frame.departed_ns if segment.source == "client" else segment.frame.arrived_ns
        if at is not None:
            seen.append((at, segment.frame))
    seen.sort(key=lambda pair: pair[0])
    records = [Record(at, frame.data, frame.length) for at, frame in seen]
    path.write_bytes(writing.write([Interface(1)], records, application="another"))
    return Trace.load(path, addresses=trace.addresses)


@pytest.mark.parametrize("seed", range(20))
def test_each_loss_is_found_in_a_capture_of_the_senders_side(network, tmp_path, seed):
    truth = transfer(network(delay_ms=1, seed=seed))
    lost = [each for each in truth.segments if each.source == "client" and each.length and not each.delivered]
    assert lost, "with this seed too something is lost"
    trace = as_the_sender_saw_it(truth, tmp_path / "sender.pcapng")
    again = sent_again(truth)
    assert said_to_be_sent_again(trace) == again
    assert said_to_be_sent_again(truth) == again, "nor does the wire's own record miss any"
    covered = {
        byte for each in trace.retransmissions(source="client") for byte in range(each.seq, each.end_seq)
    }
    assert all(covered.issuperset(range(each.seq, each.end_seq)) for each in lost)
    assert not trace.out_of_order()


def test_a_lost_fin_that_is_sent_again_is_found_too(network, tmp_path):
    truth = transfer(network(delay_ms=1, seed=3), lost_fin=True)
    trace = as_the_sender_saw_it(truth, tmp_path / "sender.pcapng")
    assert said_to_be_sent_again(trace) == said_to_be_sent_again(truth) == sent_again(truth)
    assert fins(truth)[1] in truth.retransmissions(source="client")
