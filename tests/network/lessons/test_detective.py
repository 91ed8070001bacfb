"""Lesson detective: its tree of questions leads to what is wrong, and each answer is one that the tree has.

The lesson's own faults, and those of its knobs, by day; where LABKIT_ALL_EDITIONS is set (every night) each kind, at a
place and with a complaint that says nothing.
"""

from __future__ import annotations

import os
import re
from errno import EAGAIN, ECONNREFUSED
from typing import NamedTuple

import pytest

from labkit import explain, mystery
from labkit.background.beside import running
from labkit.lessons.detective.looking import first_look
from labkit.lessons.detective.path import Path
from labkit.lessons.detective.tree import AT_ONCE, GAVE_UP, LATE, TREE, Question, leaves
from labkit.lessons.detective.verdicts import FIRST, SECOND, THIRD
from labkit.modes.needs import NeedsHosts
from labkit.mysteries.drawing import draw
from labkit.mysteries.kinds import KINDS, LEVELS

LED, KNOBS = [(36, 1), (38, 2)], [(41, 1), (59, 2)]
ALONE = [FIRST, SECOND, THIRD]
WITHIN = 60  # seconds, for an answer that comes
NIGHT = [(seed, 3) for seed in range(2 * len(LEVELS[3]))] if os.environ.get("LABKIT_ALL_EDITIONS") else []


class Seen(NamedTuple):
    """What the first look gave, and the network to ask on, if there is one."""

    complaint: str
    end: str
    trace: object
    sockets: dict
    net: object = None

    @property
    def server(self):
        return next(name for name in list(self.sockets)[2:] if re.search(rf"\b{name}\b", self.complaint))

    @property
    def port(self):
        return int(re.search(r"port\s(\d+)", self.complaint)[1])

    def on(self, segment):
        """Ours: what goes from or to the router, not what two servers say to each other."""
        return [each for each in self.trace.on(segment).segments if "router" in (each.source, each.target)]

    def answers(self, segment, data=True):
        return [each for each in self.on(segment) if each.sport == self.port and (each.length or not data)]

    def questions(self, segment):
        return [each for each in self.on(segment) if each.dport == self.port and each.length]


def gets_the_syn(seen):
    mac = seen.on("wan")[0].frame.data[:6].hex(":")
    return "the server" if mac == seen.net[seen.server].mac else "another host"


def listens(seen):
    rows = seen.sockets[seen.server].find(state="LISTEN")
    at = [row.local for row in rows if row.port == seen.port]
    return "on 127.0.0.1" if [address for address, _ in at] == ["127.0.0.1"] else "at another port"


def answer_comes(seen):
    if not any("S" in each.flags for each in seen.answers("lan", data=False)):
        return "no SYN-ACK comes"
    if {each.seq for each in seen.questions("lan")} - {each.seq for each in seen.questions("wan")}:
        return "a question gets lost"
    sent = {each.seq for each in seen.answers("wan")}
    if not sent:
        return "none is sent"
    came = {each.seq for each in seen.answers("lan") if each.frame.arrivals}
    return "parts of it get lost" if sent - came else "all of it comes"


def syn_comes(seen):
    if seen.on("wan"):
        return "to the server"
    name, port = seen.net.well
    with seen.net.capture() as trace, seen.net.client.socket() as sock:
        sock.settimeout(2)
        sock.connect_ex((seen.net[name].address, port))
    passes = any(each.dport == port for each in trace.on("wan").segments)  # late, perhaps
    return "to the router, others pass" if passes else "to the router, none passes"


def accepted(seen):
    rows = seen.sockets[seen.server].find(port=seen.port)
    taken = [row for row in rows if row.remote and row.owner.startswith("program")]
    return "somebody else" if taken else "nobody"


def ends_it(seen):
    assert any(set("FR") & set(each.flags) for each in seen.answers("lan", data=False))
    storing = sum(each.length for each in seen.questions("lan")) > 10_000
    return "the server, as we send" if storing else "the server, in a pause"


def time_goes(seen):
    spent = explain(seen.trace).accounts[0].spent
    words = {"server": "the server's program", "closed": "a closed window", "nagle": "held by Nagle"}
    return words[next(cause for cause in spent if cause in words)]


def leaves_behind(seen):
    return seen.sockets[seen.server].find(port=seen.port)[-1].state


LOOKS = {
    "How does one attempt end?": lambda seen: seen.end,
    "Who gets the SYN, by its MAC address?": gets_the_syn,
    "Where does it listen?": listens,
    "How far does an answer come?": answer_comes,
    "How far does the SYN come?": syn_comes,
    "Whom has the program accepted?": accepted,
    "Who ends it, and when?": ends_it,
    "Where does the time go?": time_goes,
    "What does it leave behind?": leaves_behind,
}


def walked(seen):
    """(kind, where), to which the tree leads who answers its questions by looking."""
    after = TREE
    while isinstance(after, Question):
        after = dict(after.answers)[LOOKS[after.asks.replace("\n", " ")](seen)]
    return after.kind, place(seen, after.where)


def place(seen, where):
    """Where that is, in this network."""
    if where == "that host":
        mac = seen.on("wan")[0].frame.data[:6].hex(":")
        return next(host.name for host in seen.net.hosts if host.mac == mac)
    if where == "that segment":
        large = max(seen.answers("wan"), key=lambda each: each.length)
        crossed = large.seq in {each.seq for each in seen.answers("lan")}
        return "lan" if crossed else "wan"
    return seen.server if where == "the server" else where


def looked(net, case):
    """A first look; and another at what is done at once, where a busy machine took its time over it."""
    kinds = {leaf.kind for leaf in leaves(dict(TREE.answers)[AT_ONCE])}
    for _ in range(20):
        found = first_look(net)
        if found[0] != LATE or case.kind not in kinds:
            break
    return found


@pytest.mark.parametrize(("seed", "level"), [*LED, *KNOBS, *ALONE, *NIGHT])
def test_the_tree_leads_there(seed, level):
    case = draw(seed, level)
    with mystery(seed, level) as net:
        end, trace, sockets = looked(net, case)
        assert walked(Seen(net.complaint, end, trace, sockets, net)) == (case.kind, case.where)


@pytest.mark.parametrize(("seed", "level"), ALONE)
def test_the_first_look_is_enough_where_there_is_no_network_to_ask(seed, level):
    """In modes without hosts a learner has what was recorded: how it ended, the trace, the tables."""
    case = draw(seed, level)
    with mystery(seed, level) as net:
        seen = Seen(net.complaint, *looked(net, case))
    assert walked(seen) == (case.kind, case.where)


def test_in_the_first_case_all_is_well_once_the_one_who_was_first_hangs_up():
    with mystery(*LED[0]) as net:
        holder = next(each for each in running(net.hosts) if "labkit.mysteries.programs.caller" in each.argv)
        assert first_look(net)[0] == GAVE_UP
        holder.terminate()
        ends = [first_look(net)[0]]
        while ends[-1] == LATE and len(ends) < 20:  # a busy machine may take its time over one, and another
            ends.append(first_look(net)[0])
        assert ends[-1] == AT_ONCE


def test_a_probe_that_only_connects_is_well_until_its_own_calls_have_filled_the_queue():
    with mystery(*LED[0]) as net:

        def probe(within):
            with net.client.socket() as sock:
                sock.settimeout(within)
                return sock.connect_ex(("mail", draw(*LED[0]).port)) == 0

        assert all(probe(WITHIN) for _ in range(129))
        assert not probe(1)


def test_the_firewall_of_the_second_case_lets_the_next_port_pass_and_drops_a_third():
    with mystery(*LED[1]) as net:
        met = {}
        for port, within in ((1, WITHIN), (2, 1)):
            with net.client.socket() as sock:
                sock.settimeout(within)
                met[port] = sock.connect_ex(("depot", draw(*LED[1]).port + port))
        assert met == {1: ECONNREFUSED, 2: EAGAIN}  # EAGAIN: its time is over


def test_the_tree_has_every_kind_once_and_every_question_can_be_looked_for():
    assert sorted(each.kind for each in leaves(TREE)) == sorted(KINDS)
    left = [TREE]
    asked = []
    while left:
        question = left.pop()
        asked.append(question.asks)
        left += [after for _, after in question.answers if isinstance(after, Question)]
    assert sorted(asked) == sorted(LOOKS)


@pytest.mark.parametrize("seed", range(3))
def test_a_packet_on_the_long_path_is_seen_as_far_as_it_came(seed):
    path = Path(seed)
    seen = [path.seen(segment) for segment in path.segments]
    assert seen == sorted(seen, reverse=True) and seen[0] and path.looks == 8
    with pytest.raises(ValueError, match="the segments are s1, s2"):
        path.seen("lan")


def test_where_there_are_no_hosts_a_mystery_says_what_to_do(monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    with pytest.raises(NeedsHosts, match="labkit doctor"):
        mystery(*FIRST)
