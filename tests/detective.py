"""Solves a mystery as a learner does: from the complaint and with the tools, never from what the seed draws.

What is known first (the complaint, one attempt under a capture, `explain`), then what is next cheapest to ask, and the
path split in half: which is the last segment of the network on which a packet was seen?
"""

from __future__ import annotations

import re
import socket

from labkit import explain


class Attempt:
    """One attempt of whoever complains, captured, and what the capture tells."""

    def __init__(self, net):
        with net.capture() as trace:
            self.done = net.reproduce()
        self.net, self.trace = net, trace
        self.explained = explain(trace)
        self.name = next(host.name for host in net.hosts[2:] if re.search(rf"\b{host.name}\b", net.complaint))
        self.port = int(re.search(r"port\s(\d+)", net.complaint)[1])
        self.server = net[self.name]
        self.near, self.far = trace.on("lan").segments, trace.on("wan").segments
        self.answers = [each for each in self.near if each.sport == self.port]
        self.questions = [each for each in self.near if each.dport == self.port and each.data]

    def listeners(self):
        return self.server.sockets().find(state="LISTEN")


def solve(net):
    """(kind, where), found out."""
    attempt = Attempt(net)
    if not attempt.answers:
        return unanswered(attempt)
    if "S" not in attempt.answers[0].flags:
        return refused(attempt)
    return connected(attempt)


def refused(attempt):
    """A RST: who sent it, and what does the server's kernel say?"""
    meant_for = attempt.far[0].frame.data[:6].hex(":")
    if meant_for != attempt.server.mac:
        return "duplicate-address", next(host.name for host in attempt.net.hosts if host.mac == meant_for)
    there = attempt.listeners().find(port=attempt.port)
    if not there:
        assert attempt.listeners(), "it runs, and listens elsewhere"
        return "wrong-port", attempt.name
    assert [row.local[0] for row in there] == ["127.0.0.1"]
    return "wrong-address", attempt.name


def unanswered(attempt):
    """SYNs, and silence: to which segment do they come?"""
    net = attempt.net
    if attempt.far:
        assert net.client.address.rpartition(".")[0] not in str(attempt.server.routes)
        return "no-return-route", attempt.name
    other, port = net.well
    with net.client, socket.socket() as sock:
        sock.settimeout(2)
        if sock.connect_ex((net[other].address, port)) == 0:
            return "firewall-drops", "router"
    assert net.router.sysctl("net.ipv4.ip_forward") == "0"
    return "no-forwarding", "router"


def connected(attempt):
    """The handshake is well, and so are the routes; what comes after it?"""
    kinds, name = attempt.explained.kinds, attempt.name
    waiting = attempt.listeners().find(port=attempt.port)[0].recv_queue
    if waiting:
        accepted = attempt.server.sockets().find(state="ESTABLISHED", port=attempt.port)
        return ("one-at-a-time" if accepted else "not-accepting"), name
    if "mtu-black-hole" in kinds:
        return "mtu-black-hole", lost_on(attempt)
    for kind in ("closed-window", "nagle-delayed-ack"):
        if kind in kinds:
            return {"closed-window": "slow-consumer", "nagle-delayed-ack": "nagle"}[kind], name
    if attempt.server.sockets().find(state="CLOSE-WAIT", port=attempt.port):
        return "never-closes", name
    if {each.seq for each in attempt.questions} - {each.seq for each in attempt.far if each.data}:
        return "nat-forgets", "router"
    if sum(each.length for each in attempt.questions) > 10_000 and attempt.trace.resets(source=name):
        return "closes-unread", name
    if any("F" in each.flags and each.number < attempt.questions[-1].number for each in attempt.answers):
        return "idle-timeout", name
    answer = attempt.trace.stream(name)
    if int.from_bytes(answer[:4], "little") == len(answer) - 4:
        return "byte-order", name
    account = attempt.explained.accounts[0]
    assert max(account.spent, key=account.spent.get) == "server"
    return "slow-program", name


def lost_on(attempt):
    """The segment of the network on which a large segment was seen last."""
    large = max((each for each in attempt.far if each.sport == attempt.port), key=lambda each: each.length)
    crossed = any(each.seq == large.seq and each.length == large.length for each in attempt.near)
    return "lan" if crossed else "wan"
