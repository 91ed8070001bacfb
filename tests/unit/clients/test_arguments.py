"""What the clients' programs are told and cannot be: a sentence and status 2, and nobody is called."""

from __future__ import annotations

import socket
from importlib import import_module

import pytest
from arguments import refusal

PORT = "--port is from 1 to 65535"
LEAST = "--questions, --threads and --most are 1 or more"


@pytest.mark.parametrize(
    ("name", "argv", "why"),
    [
        *((name, ["--port", port], PORT) for name in ("reliable", "pooled") for port in ("70000", "0", "-1")),
        ("reliable", ["--beat", "0"], "beat_s is above 0"),
        ("reliable", ["--beat", "nan"], "beat_s is above 0"),
        ("reliable", ["--tries", "0"], "tries is how many failures in a row are borne, 1 or more (got 0)"),
        ("reliable", ["--within", "0"], "--within is a number of seconds above 0 (got 0.0)"),
        ("reliable", ["--within", "nan"], "--within is a number of seconds above 0 (got nan)"),
        *(("pooled", [option, "0"], LEAST) for option in ("--questions", "--threads", "--most")),
        ("pooled", ["--host", "a..b"], "--host a..b is no host's name: "),
    ],
)
def test_what_cannot_be(name, argv, why, capsys, monkeypatch):
    assert f"error: {why}" in refusal(f"labkit.clients.{name}", argv, capsys, monkeypatch)


def test_an_answer_that_is_no_text_is_shown():
    ask = import_module("labkit.clients.pooled.__main__").ask
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(b"OK \xff\n")
        assert ask(lambda: ours, b"\xfe?\n") == "OK \ufffd"
        assert theirs.recv(10) == b"\xfe?\n"
