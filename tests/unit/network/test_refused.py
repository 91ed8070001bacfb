"""A network says once which of its hosts' settings the machine keeps to itself, and only where that matters."""

from __future__ import annotations

import os
import warnings
from types import SimpleNamespace

import pytest

from labkit.network import refused

READ_ONLY, NONE = "Read-only file system", os.strerror(2)
WANTED = [
    ("net.ipv4.tcp_congestion_control", "reno"),
    ("net.ipv4.tcp_congestion_control", "cubic"),
    ("net.ipv4.tcp_ecn", 0),
    ("net.ipv4.tcp_rmem", "4096 131072 6291456"),
    ("net.ipv4.icmp_ratelimit", 0),
]


def core(has: dict[str, str], reason: str = READ_ONLY):
    """What a network's core tells: all settings were refused, and these are the values in force."""
    told = [(name, str(value), reason) for name, value in WANTED if name in has]
    return SimpleNamespace(ready={"refused": told}, names=("client",), sysctl=lambda host, name: has[name])


def said(monkeypatch, *cores) -> list[str]:
    monkeypatch.setattr(refused, "_said", False)
    monkeypatch.setattr(os.path, "isdir", lambda path: True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for one in cores:
            refused.warn_of_refused(one, WANTED)
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize(
    ("has", "reason"),
    [
        ({}, READ_ONLY),
        ({"net.ipv4.tcp_ecn": "0"}, READ_ONLY),
        ({"net.ipv4.tcp_congestion_control": "reno"}, "Operation not permitted"),
        ({"net.ipv4.tcp_rmem": "4096\t131072\t6291456"}, READ_ONLY),
        ({"net.ipv4.tcp_ecn": "2"}, NONE),
    ],
    ids=["nothing refused", "as wanted", "another that will do", "other spaces", "not in this kernel"],
)
def test_what_makes_no_difference_is_not_told(monkeypatch, has, reason):
    assert said(monkeypatch, core(has, reason)) == []


def test_what_differs_is_told_once_and_first_what_segments_show(monkeypatch):
    has = {
        "net.ipv4.icmp_ratelimit": "1000",
        "net.ipv4.tcp_congestion_control": "bbr",
        "net.ipv4.tcp_ecn": "2",
        "net.ipv4.tcp_rmem": "1 2 3",
    }
    (text,) = said(monkeypatch, core(has), core(has))
    assert "net.ipv4.tcp_congestion_control is bbr and not cubic: Read-only file system" in text
    assert "net.ipv4.tcp_ecn is 2 and not 0" in text and "icmp" not in text and "; and 1 more" in text
    assert "python -m labkit doctor" in text


@pytest.mark.parametrize(
    ("has", "said"),
    [
        ({"left": "1", "right": "1"}, []),
        ({"left": "0", "right": "1"}, ["nothing of IPv4 is forwarded by left, and"]),
        ({"left": "0", "right": "0"}, ["nothing of IPv4 is forwarded by left, right, and"]),
    ],
)
def test_a_router_that_may_not_forward_is_told_of(has, said):
    told = [("net.ipv4.ip_forward", "1", READ_ONLY)]
    one = SimpleNamespace(ready={"refused": told}, sysctl=lambda host, name: has[host])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        refused.warn_of_no_router(one, ["left", "right"], ipv6=False)
    assert [any(words in str(each.message) for each in caught) for words in said] == [True] * len(caught)
    assert len(caught) == len(said)
