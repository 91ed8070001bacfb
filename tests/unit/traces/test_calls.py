"""A call is values; its words are made of them."""

from __future__ import annotations

import pytest
from call_samples import call


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("connect", "10.0.0.2:8080", ""),
        ("connect", "[fd00::2]:8080", ""),
        ("connect_ex", "10.0.0.2:8080", "ECONNREFUSED"),
        ("bind", "/run/feed", ""),
        ("accept", "", "10.0.0.1:40000"),
        ("listen", "5", ""),
        ("send", "5 bytes", "5"),
        ("sendall", "0 bytes", ""),
        ("sendto", "5 bytes to server:9", "5"),
        ("recv", "1000", "0"),
        ("recv", "1000, MSG_PEEK", "5"),
        ("recv", "1000", "100 times"),
        ("recvfrom", "1000", "5 from 10.0.0.1:40000"),
        ("shutdown", "SHUT_WR", ""),
        ("setsockopt", "SO_REUSEADDR, 1", ""),
        ("getsockopt", "SO_ERROR", "ECONNREFUSED"),
    ],
)
def test_the_words_of_a_call(name, args, result):
    one = call("client", name, args, 1, 2, result)
    assert (one.args, one.result) == (args, result)
    assert str(one) == f"client {name}({args})" + (f" → {result}" if result else "")


def test_what_a_call_was_about_is_a_number():
    assert call("client", "sendall", "5 bytes", 1, 2).count == 5
    assert call("client", "send", "5 bytes", 1, 2, "3").count == 3
    assert call("client", "recv", "1000, MSG_PEEK", 1, 2, "3").peeks
