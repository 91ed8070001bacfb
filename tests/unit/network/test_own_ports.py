"""The ports that tests have for themselves on this machine."""

from __future__ import annotations

import contextlib
import socket

import ports
import pytest
from ports import given_from, held, own_ports


def test_rows_that_are_claimed_at_the_same_time_are_others_and_below_what_callers_get():
    with contextlib.ExitStack() as stack:
        rows = [stack.enter_context(own_ports(count)) for count in (12, 1, 30, 12, 4)]
        found = [port for row in rows for port in row]
        assert len(set(found)) == 12 + 1 + 30 + 12 + 4 and max(found) < given_from()
        for port in found:
            held(port, socket.SOCK_STREAM).close()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_row_in_which_somebody_is_is_left_alone(kind, monkeypatch):
    with own_ports(30) as row, held(row[5], kind):
        monkeypatch.setattr(ports, "FIRST", row[3])
        monkeypatch.setattr(ports, "ROW", 5)  # all of it in what is ours
        with own_ports(4) as found:
            assert list(found) == list(row[9:13])
