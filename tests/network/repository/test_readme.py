"""What README.md shows runs, in its order, and gives what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[3] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.program("ip")
def test_every_example_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), names)
    assert len(BLOCKS) >= 5
    assert names["trace"].retransmitted() == [2897]
    assert names["told"].kinds == ["fast-retransmit"]
    assert Path("lost.pcapng").stat().st_size > 20_000
    assert names["page"].output == "200\n"
    assert "10.0.0.1" in capsys.readouterr().out
    for name in ("conn", "caller", "listener"):
        names[name].close()
    assert names["net"].closed
