"""What the lesson on sockets reads off steps and traces."""

from __future__ import annotations

from types import SimpleNamespace as Value

import pytest

from labkit.lessons.sockets.reading import added, moments, slow


def _call(host, name, begin_ms, end_ms):
    return Value(host=host, name=name, begin_ns=begin_ms * 10**6, end_ns=end_ms * 10**6)


TRACE = Value(
    calls=[
        _call("server", "accept", 0, 150),
        _call("client", "connect", 50, 100),
        _call("client", "recv", 1, 2),
    ]
)


def test_when_calls_returned():
    asked = ("client", "connect"), ("server", "accept")
    assert moments(TRACE, *asked) == [100 * 10**6, 150 * 10**6]
    with pytest.raises(KeyError):
        moments(TRACE, ("server", "connect"))


def test_which_calls_took_long():
    assert [slow(TRACE, than_ms) for than_ms in (0.5, 49, 50)] == [
        ["accept", "connect", "recv"],
        ["accept", "connect"],
        ["accept"],
    ]


def test_the_lines_that_a_call_added_in_all_tables():
    first = Value(
        call=Value(name="connect"),
        changes={"client": [Value(sign="+")], "server": [Value(sign="-"), Value(sign="+")]},
    )
    again = Value(call=Value(name="connect"), changes={"client": [Value(sign="+")]})
    assert added([first, again], "connect") == [first.changes["client"][0], first.changes["server"][1]]
    assert added([first], "accept") == []
