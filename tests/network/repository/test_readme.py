"""What README.md and the handbook show of a network runs, in its order, and gives what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from waiting import repeats_nothing_by_time

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the programs of a page, one after another; gives their names."""

    def run(page):
        text = (ROOT / page).read_text(encoding="utf-8")
        blocks = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        names = {}
        for number, block in enumerate(blocks):
            exec(compile(block, page, "exec"), names)
            if number == 0:  # what is lost later is sent again, and nothing because this machine was busy
                repeats_nothing_by_time(*names["net"].hosts)
        for name in ("conn", "caller", "listener"):
            names[name].close()
        return names

    monkeypatch.chdir(tmp_path)
    return run


def test_readme_runs(run):
    names = run("README.md")
    assert names["trace"].retransmitted() == [2897]
    assert Path("lost.pcapng").stat().st_size > 20_000
    names["net"].close()


@pytest.mark.program("ip")
def test_the_handbook_runs(run, capsys):
    names = run("docs/handbook/network.md")
    assert names["trace"].retransmitted() == [2897]
    assert names["told"].kinds == ["fast-retransmit"]
    assert names["page"].output == "200\n"
    assert "10.0.0.1" in capsys.readouterr().out
    assert names["net"].closed
