"""What lessons invite to change ("Turn the knob", "Change one thing"), and the cells that a learner then runs again.

for last, turns in knobs.turns("loss", code).items():   # code: the cells of the lesson
    turns.cells()                                       # what a learner runs after code[last]
"""

from __future__ import annotations

import copy
from itertools import chain
from typing import NamedTuple

from nbformat import NotebookNode


class Knob(NamedTuple):
    """One invitation of a lesson.

    old, new   what stands in a cell, and what is written in its place
    last       words of the last cell that the invitation asks to run again
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
        'reveal("lost-update"',
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


class Turns(NamedTuple):
    """What runs after a cell that is the last of some knobs.

    changed    each of these knobs, with its cells: the one it changes, and all up to the last
    back       the cells of the longest of these as they were: what comes below expects that
    """

    changed: list[tuple[Knob, list[NotebookNode]]]
    back: list[NotebookNode]

    def cells(self) -> list[NotebookNode]:
        """All of them, in the order in which they run."""
        return [*chain.from_iterable(cells for _, cells in self.changed), *self.back]


def turns(lesson: str, code: list[NotebookNode]) -> dict[int, Turns]:
    """All knobs of a lesson, by the number of the last cell; `code`: its cells, of which these are copies."""
    found: dict[int, Turns] = {}
    for knob in KNOBS:
        if knob.lesson != lesson:
            continue
        (changed,) = (number for number, cell in enumerate(code) if knob.old in cell.source)
        last = max(number for number, cell in enumerate(code) if knob.last in cell.source)
        assert changed <= last, knob
        cells, as_it_was = (copy.deepcopy(code[changed : last + 1]) for _ in range(2))
        cells[0].source = cells[0].source.replace(knob.old, knob.new)
        here = found.setdefault(last, Turns([], []))
        here.changed.append((knob, cells))
        here.back[:] = max(here.back, as_it_was, key=len)
    for here in found.values():
        # So that the cells of the next take back what the one before changed.
        here.changed.sort(key=lambda each: len(each[1]))
    return found
