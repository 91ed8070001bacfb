"""Every kind of mystery, solved by the method that its hints recommend, without looking inside.

Level 3, where the same kinds have a complaint that says nothing, is solved where LABKIT_ALL_EDITIONS is set (every
night).
"""

from __future__ import annotations

import os
import sys

import pytest
from detective import solve

from bench.lab import gone
from labkit import mystery
from labkit.background.beside import running
from labkit.learn.catalogue import title
from labkit.mysteries.drawing import draw
from labkit.mysteries.kinds import KINDS, LEVELS

NIGHT = bool(os.environ.get("LABKIT_ALL_EDITIONS"))
ALL = [(level, seed) for level, kinds in LEVELS.items() for seed in range(len(kinds)) if NIGHT or level < 3]


@pytest.mark.parametrize("seed", range(len(LEVELS[3]) if NIGHT else 1))
def test_the_method_solves_it_where_the_complaint_says_nothing(seed):
    case = draw(seed, 3)
    with mystery(seed, 3) as net:
        assert solve(net) == (case.kind, case.where)


@pytest.mark.parametrize(("level", "seed"), [each for each in ALL if each[0] < 3])
def test_the_method_solves_it(level, seed):
    with mystery(seed, level) as net:
        kind, where = solve(net)
        verdict = net.verdict(kind=kind, where=where)
        assert verdict, verdict
        if KINDS[kind].explained:
            assert {finding.kind for finding in verdict.explanation} & set(KINDS[kind].explained)
            assert "explain(trace) says" in repr(verdict)
        else:
            assert verdict.explanation is None


@pytest.mark.parametrize("level", [1, 2])
def test_the_service_beside_is_well(level):
    with mystery(3, level) as net:
        host, port = net.well
        caller = [sys.executable, "-m", "labkit.mysteries.programs.caller", net[host].address, port]
        from_near = net["router"].run([*caller, "fetch", 3, 4000, 0])
        assert from_near.returncode == 0 and from_near.stdout.startswith("done after")
        assert net["router"].run([*caller, "store", 1, 50_000, 0]).returncode == 0


def test_a_wrong_verdict_says_what_is_right_and_what_the_guess_would_show():
    case = draw(0, 1)
    other = next(name for name in LEVELS[1] if name != case.kind)
    with mystery(0) as net:
        assert not net.verdict(kind=other, where=case.other)
        said = net.verdict(kind=other, where=case.where)
        assert (
            said.where_right and not said.kind_right and KINDS[other].evidence in " ".join(repr(said).split())
        )
        said = net.verdict(kind=case.kind, where="router")
        assert said.kind_right and not said.where_right and "not where" in repr(said)
        solved = net.verdict(kind=case.kind, where=case.where)
        assert solved.tries == 4 and solved.lesson == title(case.wrong.lesson)


def test_hints_come_one_by_one():
    with mystery(0) as net:
        said = [net.hint() for _ in range(4)]
    hints = draw(0, 1).wrong.hints
    assert said == [
        f"Hint {n} of 3: {hint}" for n, hint in zip((1, 2, 3, 3), (*hints, hints[-1]), strict=True)
    ]


def test_what_is_no_verdict_is_refused():
    with mystery(0) as net:
        with pytest.raises(ValueError, match="there are wrong-address"):
            net.verdict(kind="gremlins", where="client")
        with pytest.raises(ValueError, match="no kind 'nat-forgets' at this level"):
            net.verdict(kind="nat-forgets", where="router")
        with pytest.raises(ValueError, match="of client, router"):
            net.verdict(kind="nagle", where="moon")
        assert net.verdict(kind="not-accepting", where="client").tries == 1


@pytest.mark.parametrize(("level", "seed"), ALL)
def test_no_object_of_the_notebook_names_what_is_wrong(level, seed):
    """What a learner meets by completing names and looking at them: the network, its hosts, cables, programs."""
    case = draw(seed, level)
    with mystery(seed, level) as net:
        seen = [net, net.link, net.segments, *net.hosts, *(host.link for host in net.hosts)]
        seen += [vars(net), *(vars(host) for host in net.hosts), *(host.services for host in net.hosts)]
        seen += [(repr(each), each.argv) for each in running(net.hosts)]
        text = repr(seen).replace(net.complaint, "")
    assert case.kind not in text and case.wrong.title not in text
    assert "Blackhole" not in text and "127.0.0.1" not in text and "delay_ms=15" not in text


def test_nothing_is_left_when_it_closes():
    with mystery(0) as net:
        pids = [program.pid for program in running(net.hosts)]
        assert len(pids) == 2
    assert gone(pids)
