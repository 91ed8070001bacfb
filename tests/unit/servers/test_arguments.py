"""What the servers' programs are told and cannot be: a sentence and status 2, and nothing serves."""

from __future__ import annotations

import pytest
from arguments import refusal

from labkit.servers.bookings import Book
from labkit.servers.bookings import Server as Bookings
from labkit.servers.chat import Server as Chat


def told(name, argv, tmp_path, capsys, monkeypatch):
    """What the program says before it ends with status 2."""
    first = [str(tmp_path / "orders.txt")] if name == "bookings" else []
    ports = ["--port", "0", *(["--status-port", "0"] if name == "monitored" else [])]
    return refusal(f"labkit.servers.{name}", [*first, *ports, *argv], capsys, monkeypatch)


@pytest.mark.parametrize("port", ["70000", "-1"])
@pytest.mark.parametrize(
    ("name", "option"),
    [("chat", "--port"), ("bookings", "--port"), ("monitored", "--port"), ("monitored", "--status-port")],
)
def test_what_is_no_port(name, option, port, tmp_path, capsys, monkeypatch):
    said = told(name, [option, port], tmp_path, capsys, monkeypatch)
    assert said.endswith(f"error: {option} is from 0 to 65535 (got {port})")


@pytest.mark.parametrize(
    ("name", "argv", "why"),
    [
        ("chat", ["--limit", "0"], "limit is a number of lines, 1 or more (got 0)"),
        ("chat", ["--longest", "0"], "longest is a number of bytes, 1 or more (got 0)"),
        ("chat", ["--grace", "-1"], "grace is a number of seconds, 0 or more (got -1.0)"),
        ("chat", ["--grace", "nan"], "grace is a number of seconds, 0 or more (got nan)"),
        ("bookings", ["--patience", "0"], "patience_s is a number of seconds above 0 (got 0.0)"),
        ("bookings", ["--patience", "nan"], "patience_s is a number of seconds above 0 (got nan)"),
        ("monitored", ["--idle", "nan"], "idle is a number above 0 (got nan)"),
    ],
)
def test_what_is_no_number_for_it(name, argv, why, tmp_path, capsys, monkeypatch):
    assert told(name, argv, tmp_path, capsys, monkeypatch).endswith(f"error: {why}")


def test_servers_look_themselves():
    for wrong in ({"policy": "shout"}, {"limit": 0}, {"longest": 0}, {"grace": -1}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is "):
            Chat(**wrong)
    with pytest.raises(ValueError, match="patience_s is "):
        Bookings(Book(), patience_s=-1)
