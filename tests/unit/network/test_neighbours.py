"""The table of neighbours, which all networks of a machine share, is never filled; and a full one is waited for."""

from __future__ import annotations

import errno
import os
from types import SimpleNamespace

import pytest

from labkit.network import neighbours


@pytest.fixture(autouse=True)
def linux_own(tmp_path, monkeypatch):
    """A machine with Linux's own settings for IPv4, and a smaller table for IPv6."""
    for family, entries in (("ipv4", 1024), ("ipv6", 512)):
        (tmp_path / family).write_text(f"{entries}\n")
    monkeypatch.setattr(neighbours, "_ROOM", str(tmp_path / "{family}"))


@pytest.mark.parametrize(
    ("others", "ipv6", "most"),
    [(0, False, 23), (0, True, 16), (506, False, 3), (510, False, 2), (380, False, 12)],
)
def test_as_many_hosts_as_fill_half_of_it_with_all_that_were_made_before(others, ipv6, most):
    neighbours.check([most], others, ipv6)
    with pytest.raises(ValueError, match=f"or take {most} hosts at most"):
        neighbours.check([most + 1], others, ipv6)


def test_the_error_says_how_many_entries_there_are_and_would_be():
    with pytest.raises(ValueError) as refused:
        neighbours.check([40], 0, False)
    text = str(refused.value)
    assert "40 hosts with arp=True can come to have 1560 entries" in text and "holds 1024" in text


def test_a_machine_that_does_not_tell_has_linuxs_own(monkeypatch):
    monkeypatch.setattr(neighbours, "_ROOM", "/nowhere/{family}")
    assert neighbours.room() == 512


class Maker:
    """Fails so often, with this number, and then makes something."""

    def __init__(self, failures: int, number: int = errno.ENOBUFS) -> None:
        self.failures, self.number, self.calls = failures, number, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise OSError(self.number, os.strerror(self.number))
        return "made"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Time passes only while somebody sleeps."""
    now = [0.0]
    sleep = lambda seconds: now.__setitem__(0, now[0] + seconds)  # noqa: E731
    monkeypatch.setattr(neighbours, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    return now


def test_a_full_table_is_waited_for(clock):
    assert neighbours.made(Maker(3)) == "made" and clock[0] == pytest.approx(0.6)


def test_one_that_stays_full_is_told_with_a_remedy_and_its_number_once(clock):
    with pytest.raises(OSError) as full:
        neighbours.made(Maker(1000))
    assert str(full.value) == "[Errno 105] No buffer space available"
    assert "gc_thresh3" in full.value.__notes__[0] and "1024 entries" in full.value.__notes__[0]
    assert 6 <= clock[0] < 7


def test_another_error_is_raised_at_once(clock):
    maker = Maker(1, errno.EPERM)
    with pytest.raises(PermissionError):
        neighbours.made(maker)
    assert (maker.calls, clock[0]) == (1, 0.0)
