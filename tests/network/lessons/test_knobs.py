"""What a lesson invites to change ("Turn the knob", "Change one thing") can be changed, and its cells still run.

What it then plots is drawn where LABKIT_ALL_EDITIONS is set (every night); by day nbval draws the lesson's own plots.
"""

from __future__ import annotations

import os
from typing import NamedTuple

import pytest
from kernels import run, went_wrong

from tools import editions, texts

INVITES = "**Turn the knob", "**Change one thing", "**Change the number"


class Knob(NamedTuple):
    """One invitation of a lesson.

    old, new   what stands in a cell, and what is written in its place
    last       words of the last cell that the invitation asks to run again; all before it run, too
    said       what then shows
    """

    lesson: str
    old: str
    new: str
    last: str
    said: str = ""


KNOBS = (
    Knob(
        "attack",
        "def flood(many=100)",
        "def flood(many=10)",
        'reveal("attack-flood"',
        "connect() meet?\nThe experiment gave “a connection, as ever”.",
    ),
    Knob(
        "chat",
        "    if name in here:\n        return writer.close()\n",
        "    if here.setdefault(name, writer) is not writer:\n        return writer.close()\n",
        "directory = Directory(together=2)",
        "How many are let in?\nThe experiment gave 1.",
    ),
    Knob(
        "chat",
        "LIMIT, evenings = 50, {}",
        "LIMIT, evenings = 500, {}",
        "lines that wait for eve",
        "The experiment gave “nobody”",
    ),
    Knob(
        "fast",
        "bytes(124), 256",
        "bytes(124), 16",
        "plot_climb(ladder)",
        "The experiment gave “under a tenth”",
    ),
    Knob("fast", "bytes(124), 256", "bytes(124), 4", "plot_climb(ladder)"),
    Knob("fast", "bytes(124), 256", "bytes(124), 1", "plot_climb(ladder)", "of two writes: False"),
    Knob("fast", "delay_ms=10", "delay_ms=1", "one after the other", "0.04 s or more: True"),
    Knob("fast", "climb(steps)", "climb(steps, apart=True)", "first = climb("),
    Knob(
        "fast",
        "len(batch) == 100",
        "len(batch) == 10",
        "plot_waits(",
        "due each millisecond?\nThe experiment gave “less than 30 ms”",
    ),
    Knob(
        "capstone",
        'ask([b"GET a\\n" * COUNT])]',
        'ask([b"GET a\\n" * 10] * 10)]',
        "def ask(pieces)",
        "waited for an answer: 100 10\n",
    ),
    Knob(
        "detective",
        "hung = mystery(36)",
        "hung = mystery(41)",
        "hung.verdict(",
        "✗ On mail it is, and it is something else",
    ),
    Knob(
        "detective",
        "dark, port = mystery(38, level=2), 7190",
        "dark, port = mystery(59, level=2), 7120",
        "dark.verdict(",
        "the client calls orders: TimeoutError",
    ),
    Knob("failure", "misses=3", "misses=2", "plot_beats(after_s, 3)"),
    Knob(
        "flow",
        "size = 100_000",
        "size = 30_000",
        'quiz("flow-exit")',
        "calls recv(). What does the client's sendall() do?\nThe experiment gave “it returns: TCP takes all”.",
    ),
    Knob(
        "flow",
        "        for _ in range(1_000):\n",
        "        writer.transport.set_write_buffer_limits(high=2_000_000)\n        for _ in range(1_000):\n",
        "held by asyncio",
    ),
    Knob(
        "framing",
        "2896))       # each segment that carries one of these bytes\nnet.link.faults = [MISSING]",
        "2896))\nnet.link.rate_mbit = 0.25",
        "MISSING = Drop(",
    ),
    Knob("loss", '"the 13th": Drop(data=13)', '"the 13th": Drop(data=12)', '"the 13th": '),
    Knob("many", "holds(ways, 1000)", "holds(ways, 10)", "plot_held(held)", "The experiment gave “0."),
    Knob("many", "SIZE = 100\n", "SIZE = 10_000\n", "def chatter"),
    Knob("middle", '("server", 9)', '("printer", 9)', "as drawn above", "client > printer"),
    Knob("middle", '{"tunnel": 1400}', '{"tunnel": 1200}', "probed, probing", "MSS [0]"),
    Knob(
        "options",
        '    socks["D"].setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, 800)',
        '    for name in "CD":\n        socks[name].setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, 800)',
        "who-notices-a-cut",
    ),
    Knob(
        "running",
        "asyncio.sleep(1 if",
        "asyncio.sleep(0.5 if",
        "plot_asked(asked)",
        "loop find?\nThe experiment gave 1.",
    ),
    Knob(
        "tls",
        "    return context\n\ndef client_context():\n    context = ssl.create_default_context()",
        "    return context\n\ndef client_context():\n    context = ssl.create_default_context()\n"
        "    context.maximum_version = ssl.TLSVersion.TLSv1_2",
        "longer = log_in(",
        "The experiment gave “the bank's certificate”",
    ),
    Knob("options", "one_way_ms = 50", "one_way_ms = 25", "four-times"),
)
# Panels; knobs that the lesson turns by itself, in the cell below; a change that ends in an error, as the text says.
# And one of chat's above is an invitation in other words; of fast's one names three numbers, and one is none.
OTHERS = {"fast": -3, "multicast": 1, "pipes": 2, "sockets": 1, "chat": -1}


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: f"{knob.lesson}: {knob.new.strip()[:40]}")
def test_what_may_be_changed_can_be(knob, tmp_path):
    _, notebook = editions.read(texts.source_of(knob.lesson))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    (changed,) = (cell for cell in code if knob.old in cell.source)
    changed.source = changed.source.replace(knob.old, knob.new)
    last = max(number for number, cell in enumerate(code) if knob.last in cell.source)
    assert code.index(changed) <= last
    notebook.cells = code[: last + 1]
    run(notebook, tmp_path, drawn=bool(os.environ.get("LABKIT_ALL_EDITIONS")))
    assert went_wrong(notebook.cells, solved=False) == []
    shown = "".join(
        text
        for cell in notebook.cells
        for output in cell.outputs
        for text in (output.get("text", ""), output.get("data", {}).get("text/plain", ""))
    )
    assert knob.said in shown


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_every_invitation_is_tried(source):
    name, text = texts.name_of(source), source.read_text(encoding="utf-8")
    invited = sum(map(text.count, INVITES))
    tried = sum(knob.lesson == name for knob in KNOBS)
    assert invited == tried + OTHERS.get(name, 0)
