"""The states that a trace implies, against what the kernels themselves say at the same moment."""

from __future__ import annotations

import socket
import struct

import pytest
from at_once import at_once

from labkit import Corrupt, Drop
from labkit.traces.machine import KERNEL_STATES
from labkit.traces.states import states

PORT = 8080
WITHIN = 60  # seconds


class Conversation:
    """Two hosts, a capture that runs, and the comparison of both ends at any moment of it."""

    def __init__(self, net):
        self.net = net
        self.client, self.server = net.hosts
        self.trace = net.capture()
        self.listener = self.server.socket()
        self.listener.bind((self.server.address, PORT))
        self.listener.listen()
        self.caller = self.conn = None

    def open(self):
        self.caller = self.client.socket()
        self.caller.connect((self.server.address, PORT))
        self.conn, _ = self.listener.accept()
        return self

    def implied(self):
        """{(host, local, peer): state} at the end of the trace; ends that are closed are left out."""
        last = {}
        for change in states(self.trace):
            last[change.host, change.local, change.peer] = change.state
        return {end: state for end, state in last.items() if state not in ("CLOSED", "LISTEN")}

    def kernel(self):
        """The same, from /proc/net/tcp of each host."""
        return {
            (host.name, row.local, row.remote): row.state
            for host in self.net.hosts
            for row in host.sockets().find(protocol="tcp")
            if row.state not in ("LISTEN", "CLOSED") and row.remote
        }

    def expect(self, client, server):
        """Both come to say these states (None: nothing is left of that end)."""
        wanted = {name: state for name, state in (("client", client), ("server", server)) if state}

        def agreed():
            implied = self.implied()
            return (
                implied == self.kernel()
                and {host: state for (host, _, _), state in implied.items()} == wanted
            )

        self.trace.wait_for(agreed, WITHIN)

    def close(self):
        for sock in (self.caller, self.conn, self.listener):
            if sock is not None:
                sock.close()
        self.trace.stop()


@pytest.fixture
def talk(network):
    made = []

    def make(**options):
        made.append(Conversation(network("client", "server", **{"delay_ms": 5, **options})))
        return made[-1]

    yield make
    for conversation in made:
        conversation.close()


def test_open(talk):
    talk().open().expect("ESTABLISHED", "ESTABLISHED")


def test_half_close_and_close(talk):
    t = talk().open()
    t.caller.shutdown(socket.SHUT_WR)
    t.expect("FIN-WAIT-2", "CLOSE-WAIT")
    t.conn.sendall(b"still here")
    assert t.caller.recv(100) == b"still here"
    t.expect("FIN-WAIT-2", "CLOSE-WAIT")
    t.conn.close()
    t.expect("TIME-WAIT", None)


def test_the_server_may_close_first_and_waits_then(talk):
    t = talk().open()
    t.conn.close()
    t.expect("CLOSE-WAIT", "FIN-WAIT-2")
    t.caller.close()
    t.expect(None, "TIME-WAIT")


def test_simultaneous_close(talk):
    t = talk().open()
    with at_once(t.net):
        t.caller.shutdown(socket.SHUT_WR)
        t.conn.shutdown(socket.SHUT_WR)
        assert {
            KERNEL_STATES[s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]] for s in (t.caller, t.conn)
        } == {"FIN-WAIT-1"}
    t.expect("TIME-WAIT", "TIME-WAIT")
    seen = [(change.host, change.state) for change in states(t.trace)]
    for host in ("client", "server"):
        assert (host, "CLOSING") in seen


def test_simultaneous_open(network):
    net = network(delay_ms=5)
    client, server = net.hosts
    with net.capture() as trace, client.socket() as a, server.socket() as b:
        a.bind((client.address, 5000))
        b.bind((server.address, 5000))
        with at_once(net):
            for s, peer in ((a, server), (b, client)):
                s.setblocking(False)
                with pytest.raises(BlockingIOError):
                    s.connect((peer.address, 5000))
        trace.wait_for(
            lambda: all(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 1 for s in (a, b)), WITHIN
        )
        path = {host.name: [c.state for c in states(trace) if c.host == host.name] for host in net.hosts}
    assert path["client"][:3] == path["server"][:3] == ["SYN-SENT", "SYN-RECEIVED", "ESTABLISHED"]


def test_reset(talk):
    t = talk().open()
    t.caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    t.caller.close()
    t.expect(None, None)
    assert len(t.trace.resets()) == 1


def test_refused(talk):
    t = talk()
    with t.client.socket() as s, pytest.raises(ConnectionRefusedError):
        s.connect((t.server.address, 9))
    t.expect(None, None)


def test_a_lost_segment_changes_only_its_sender(talk):
    t = talk().open()
    t.net.link.faults = [Drop(flags="FIN", sender="client")]
    t.caller.shutdown(socket.SHUT_WR)
    t.trace.wait_for(
        lambda: any(not frame.delivered and frame.fate == "dropped" for frame in t.trace.frames), WITHIN
    )
    end = {host: state for (host, _, _), state in t.implied().items()}
    assert end == {"client": "FIN-WAIT-1", "server": "ESTABLISHED"}
    t.net.link.faults = []
    t.expect("FIN-WAIT-2", "CLOSE-WAIT")  # sent again


def test_what_the_calls_saw_is_what_the_trace_implies(talk):
    t = talk().open()
    connect = next(call for call in t.trace.calls if call.name == "connect")
    assert (connect.before, connect.after) == ("CLOSED", "ESTABLISHED")
    accept = next(call for call in t.trace.calls if call.name == "accept")
    assert accept.after == "ESTABLISHED"
    t.conn.close()
    t.expect("CLOSE-WAIT", "FIN-WAIT-2")
    close = next(call for call in t.trace.calls if call.name == "close")
    assert (close.host, close.before) == ("server", "ESTABLISHED")


def test_a_copy_corrupted_for_one_of_several_changes_no_state_of_the_others(network):
    net = network("client", "server", "third", hub=True, faults=[Corrupt(to="third", flags="FIN")])
    with net.capture() as trace, net.server.socket() as listener, net.client.socket() as caller:
        listener.bind((net.server.address, PORT))
        listener.listen()
        caller.connect((net.server.address, PORT))
        conn, _ = listener.accept()
        trace.wait_until_quiet(WITHIN)
        caller.close()
        assert conn.recv(1) == b""
        conn.close()
    hits = {(hit.effect, hit.receiver) for frame in trace.frames for hit in frame.hits}
    assert hits == {("corrupted", "third")}
    began = trace.select(flags="FIN")[0].departed_ns
    closing = [f"{change.host} {change.state}" for change in states(trace) if change.time_ns >= began]
    if "client FIN-WAIT-2" in closing:  # a server that is slow to close acknowledges the FIN first
        closing.remove("client FIN-WAIT-2")
    assert closing == [
        "client FIN-WAIT-1",
        "server CLOSE-WAIT",
        "server LAST-ACK",
        "client TIME-WAIT",
        "server CLOSED",
    ]
