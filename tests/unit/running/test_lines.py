"""The line of an instruction that belongs to none: what ends a thread, or looks where it is, may meet just these."""

from __future__ import annotations

import sys

import pytest

from labkit.running.call import Call
from labkit.running.tracebacks import line_now, trimmed, walked
from labkit.torture import torture

NO_LINE = (
    0x80 | 15 << 3
)  # an entry of a table of lines (CPython's InternalDocs/code_objects.md), for one instruction


def without_lines(function):
    """The function, of whose instructions none belongs to a line."""
    units = len(function.__code__.co_code) // 2
    table = bytes(NO_LINE | min(7, units - at - 1) for at in range(0, units, 8))
    function.__code__ = function.__code__.replace(co_linetable=table)
    return function


@without_lines
def fails(*_):
    raise ValueError("of the learner's")


@without_lines
def looks(*_):
    return sys._getframe()


FIRST = fails.__code__.co_firstlineno


@pytest.fixture
def trace():
    try:
        fails()
    except ValueError as error:
        assert error.__traceback__.tb_next.tb_lineno in (None, -1), "no line, as it may be"
        return error.__traceback__.tb_next


def test_a_traceback_has_a_line_for_each_frame(trace):
    assert [line for _, line in walked(trace)] == [FIRST]
    assert trimmed(trace).tb_lineno == FIRST


def test_it_is_the_line_of_the_instruction_before():
    frame = sys._getframe()
    assert line_now(frame) == frame.f_lineno
    assert line_now(looks()) == looks.__code__.co_firstlineno


def test_what_a_learners_code_raised_is_told_all_the_same():
    call = Call(fails, ())
    assert call.wait(60) and call.where.startswith(f"line {FIRST} of fails")
    call.forget()
    decoder = type("Decoder", (), {"feed": fails})
    assert (
        f"ValueError: of the learner's, at line {FIRST} of fails"
        in torture(decoder, ["a"], stream=b"a").problem
    )
