"""The ports that tests have for themselves on this machine."""

from __future__ import annotations

import contextlib
import socket

import pytest
from ports import given_from, held, own_ports


def test_rows_that_are_claimed_at_the_same_time_are_others_and_below_what_callers_get():
    with contextlib.ExitStack() as stack:
        rows = [stack.enter_context(own_ports(12)) for _ in range(5)]
        found = [port for row in rows for port in row]
        assert len(set(found)) == 5 * 12 and max(found) < given_from()
        for port in found:
            held(port, socket.SOCK_STREAM).close()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_row_in_which_somebody_is_is_left_alone(kind):
    with contextlib.ExitStack() as stack:
        with own_ports(12) as row:
            stack.enter_context(held(row[5], kind))  # and stays
        with own_ports(12) as found:
            assert row[5] not in found


@pytest.mark.parametrize(("one", "other"), [(12, 30), (30, 12), (1, 63)])
def test_rows_of_other_lengths_do_not_lie_over_each_other(one, other):
    with own_ports(one) as row, own_ports(other) as another, own_ports(one) as third:
        assert len({*row, *another, *third}) == 2 * one + other
