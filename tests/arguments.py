"""A program that is told what cannot be: it says so, and ends with status 2 before it has run anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import import_module

import pytest


def refusal(
    package: str, argv: Sequence[str], capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The last line that `python -m PACKAGE` says of these arguments."""

    def runs(coroutine):
        coroutine.close()
        raise AssertionError("it runs")

    monkeypatch.setattr(asyncio, "run", runs)
    with pytest.raises(SystemExit) as ended:
        import_module(f"{package}.__main__").main(argv)
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]
