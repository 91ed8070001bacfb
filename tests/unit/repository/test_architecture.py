"""The laws of the house, held to by reading the imports.  A room is a folder of labkit; a law is a line here.

A late import, inside a function, is an import too.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from house import PACKAGE, ROOT, Module, arrows, circles, code, modules, public_names, too_long, within

# 1. An arrow runs down this list, and never up.
ROOMS = """
    __main__ labkit
    course diagnosis
    recordings
    lessons
    learn
    panels torture
    mysteries
    explain
    network
    background
    pictures plots
    sockets
    modes
    traces
    servers clients
    wire packets framing
    running
    notebook
    drawing
    terms
    version lazy words
"""
ORDER = {room: number for number, line in enumerate(ROOMS.split("\n")) for room in line.split()}
MOST_ROOMS = 25

# 2. What imports nothing of labkit, or only what is named.
ALONE = {"wire": "wire", "servers": "servers framing", "clients": "clients framing"}

# 3. What is pure: it knows no time, no chance, no file and no socket, and neither does anything that it imports.
PURE = """
    packets framing traces explain torture.splits words terms pictures.ladders pictures.bytestream
    drawing.style drawing.shapes drawing.measure drawing.labels drawing.svg drawing.page drawing.tables
    wire.cable wire.checksums wire.effects wire.fault wire.faults wire.icmp wire.judge wire.notes wire.peek
    wire.record wire.rewriting wire.selectors wire.snooping wire.station wire.switch wire.tally wire.transit
    wire.boxes.answers wire.boxes.boxed wire.boxes.connections wire.boxes.firewall
    wire.boxes.fragments wire.boxes.mappings wire.boxes.nat wire.boxes.packet wire.boxes.rules
    network.plan
"""
# but for reading and writing captures, handing packets to scapy, commands, and the last step of drawing
NOT_PURE = """
    explain.__init__ explain.command explain.drawn explain.proof
    traces.files traces.clock traces.decrypting traces.packetlist pictures.ladders.ladder pictures.ladders.__init__
"""
# A trace is read, saved and handed to scapy, an explanation drawn, by its own methods: what these take is loaded when
# they are called.
LATE = {
    "explain.explanation": "labkit.explain.drawn",
    "explain.finding": "labkit.explain.proof",
    "traces.trace": "labkit.traces.clock labkit.traces.files.tracefile labkit.traces.packetlist",
    "traces.oftls": "labkit.traces.decrypting",
}
PURE_STDLIB = frozenset(
    """
    __future__ _collections abc ast base64 binascii bisect collections collections.abc copy dataclasses enum fractions
    difflib functools hashlib heapq hmac html io ipaddress itertools json keyword math operator re statistics string
    struct textwrap types typing unicodedata urllib.parse warnings weakref zlib
    """.split()
)

# 4. Heavy packages, and the only ones that may load them.
OWNERS = {
    "scapy": "network.scapy_socket network.loopback.scapytap traces.packetlist modes.rights",
    "matplotlib": "plots lessons drawing.png course.classroom.picture",
    "numpy": "plots",
    "ipywidgets": "learn panels notebook.widgets",
    "IPython": "learn panels pictures.ladders.ladder",
    "anywidget": "learn panels notebook.widgets",
    "nbval": "course.nbval",
    "jupyter_client": "course.nbval course.grading diagnosis.environment",
    "nbgrader": "course.grading",
    "pyroute2": "",
    "cryptography": "traces.decrypting lessons",
    "trustme": "lessons",
}

# 5. What lesson cells, and other people, import from.
FACES = "labkit labkit.panels labkit.pictures labkit.plots labkit.framing labkit.torture labkit.servers labkit.clients"

# 6. They look again until a deadline at what has no event to wait for: other threads, and the kernel's table of
# neighbours.
POLLS = "running.call learn.kit.tale network.neighbours"

# 7. No file is longer; what is only text to be looked up may be.
MOST_LINES, DATA = 250, "predictions quiz terms"
CODE, KINDS = "labkit lessons tools bench sabotage", ".py .js .css"


def faults(module: Module) -> list[str]:
    """What a module imports against the laws above."""
    place = ORDER.get(module.room)
    if place is None:
        return [f"labkit.{module.name} stands in no room: add its folder to ROOMS, where it belongs"]
    alone = next((only for room, only in ALONE.items() if within(module.name, room)), None)
    pure = within(module.name, PURE) and not within(module.name, NOT_PURE)
    found = []
    for line, name, late in arrows(module):
        top, _, inner = name.partition(".")
        if top == "labkit":
            other = inner or "labkit"
            if ORDER[other.partition(".")[0]] < place:
                found.append(f"line {line}: the arrow to {name} runs up")
            if alone is not None and not within(other, alone):
                found.append(f"line {line}: {module.room} imports of labkit only {alone} ({name})")
            later = late and within(name, LATE.get(module.name, ""))
            if pure and not later and not (within(other, PURE) and not within(other, NOT_PURE)):
                found.append(f"line {line}: {name}, which is not pure, in a pure module")
        elif pure and name not in PURE_STDLIB:
            found.append(f"line {line}: {name} in a pure module")
        elif top in OWNERS and not within(module.name, OWNERS[top]):
            found.append(f"line {line}: {top} is imported only in {OWNERS[top] or 'no module'}")
        elif top == "lessons":
            found.append(f"line {line}: what learners do not get, {name}, in what they do")
    return found


def test_arrows_run_down():
    assert {name: found for name, module in modules().items() if (found := faults(module))} == {}


def test_no_arrow_runs_in_a_circle():
    needs = {
        name: {arrow.name.removeprefix("labkit.") for arrow in arrows(module)} - {name}
        for name, module in modules().items()
    }
    assert circles(needs) == []


def test_a_circle_is_found():
    needs = {"a": {"b", "os"}, "b": {"c"}, "c": {"b"}, "d": {"e"}, "e": {"f"}, "f": {"d"}, "g": {"g"}}
    assert circles(needs) == [["b", "c"], ["d", "e", "f"], ["g"]]


def test_there_are_as_many_rooms_as_one_can_keep_in_mind():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert len(rooms) <= MOST_ROOMS
    assert rooms <= set(ORDER) and {room for room in ORDER if (PACKAGE / room).is_dir()} == rooms


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("traces.trace", "from labkit.network.network import Network", "runs up"),
        ("traces.trace", "from ..network import capture", "runs up"),
        ("traces.trace", "def late():\n    from labkit import Network", "runs up"),
        ("pictures.novelty", "from labkit.panels import link_panel", "runs up"),
        ("wire.loop", "from labkit.packets.frame import Frame", "only wire"),
        ("wire.loop", "from labkit.words import say", "only wire"),
        ("servers.chat", "from labkit.traces.trace import Trace", "only servers framing"),
        ("packets.segment", "import time", "pure"),
        ("traces.trace", "import pathlib", "pure"),
        ("traces.trace", "from labkit.traces.files.pcapng import read", "not pure"),
        ("wire.cable", "from random import random", "pure"),
        ("network.network", "import scapy.all", "only in network.scapy_socket"),
        ("network.network", "def late():\n    from matplotlib import pyplot", "only in plots"),
        ("learn.finding", "from lessons.framing.answers import recv_exactly", "do not get"),
        ("novelty.thing", "", "no room"),
    ],
)
def test_a_forbidden_import_is_found(name, source, said):
    found = faults(Module(name, source))
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("traces.trace", "from labkit.packets.frame import Frame\nfrom . import flows"),
        ("wire.loop", "from labkit.wire import record\nimport time"),
        ("network.network", "def late():\n    from .capture import CapturedTrace"),
        ("learn.kit.tale", "from labkit import Network"),
        ("traces.files.pcapng", "import os"),
        (
            "traces.trace",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labkit.network import capture",
        ),
    ],
)
def test_an_allowed_import_passes(name, source):
    assert faults(Module(name, source)) == []


def idle(module: Module) -> list[str]:
    """Where a module sleeps, though it does not look again until a deadline, or swallows every exception."""
    found = []
    for node in ast.walk(ast.parse(module.source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep":
            if not within(module.name, POLLS):
                found.append(f"line {node.lineno} sleeps")
        elif isinstance(node, ast.ExceptHandler):
            every = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            if every and all(isinstance(statement, ast.Pass) for statement in node.body):
                found.append(f"line {node.lineno} swallows every exception")
    return found


def test_waits_wait_for_something_and_nothing_is_swallowed():
    looked_at = [module for name, module in modules().items() if not within(name, "lessons")]
    assert {module.name: found for module in looked_at if (found := idle(module))} == {}


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("wire.loop", "import time\ntime.sleep(1)", ["line 2 sleeps"]),
        (POLLS.split()[0], "import time\ntime.sleep(1)", []),
        ("wire.loop", "try:\n    x\nexcept Exception:\n    pass", ["line 3 swallows every exception"]),
        (POLLS.split()[0], "try:\n    x\nexcept:\n    pass", ["line 3 swallows every exception"]),
        ("wire.loop", "try:\n    x\nexcept OSError:\n    pass\nexcept Exception:\n    y", []),
    ],
)
def test_a_sleep_and_what_swallows_are_found(name, source, found):
    assert idle(Module(name, source)) == found


def test_a_lesson_needs_no_other():
    others = [
        f"{name}: {arrow.name}"
        for name, module in modules().items()
        for arrow in arrows(module)
        if module.room == "lessons"
        and arrow.name.startswith("labkit.lessons.")
        and arrow.name.split(".")[2] != name.split(".")[1]
    ]
    assert others == []


def strangers(lesson: str, text: str) -> list[str]:
    """The imports in a lesson's cells that come from inside labkit."""
    inside = []
    for line in re.findall(r"^(?:from|import) labkit\S*.*$", text, flags=re.MULTILINE):
        module = line.split()[1].rstrip(",")
        if module not in FACES.split() and not within(module, f"labkit.lessons.{lesson}"):
            inside.append(line)
    return inside


def test_lesson_cells_import_from_faces():
    texts = {path.parent.name: path.read_text(encoding="utf-8") for path in ROOT.glob("lessons/*/text.md")}
    assert texts
    assert {lesson: found for lesson, text in texts.items() if (found := strangers(lesson, text))} == {}


def test_an_import_from_inside_is_found():
    text = "from labkit import Network\nfrom labkit.lessons.nagle.pairs import x\nimport labkit.wire.loop\n"
    assert strangers("framing", text) == [
        "from labkit.lessons.nagle.pairs import x",
        "import labkit.wire.loop",
    ]


def only_for(lesson: str, needs: dict[str, set[str]]) -> list[str]:
    """The modules outside that a lesson alone needs."""
    theirs = {name for name in needs if within(name, f"lessons.{lesson}")}
    used = {module for name in theirs for module in needs[name]} - theirs
    others = {module for name in needs if name not in theirs for module in needs[name]}
    return sorted(module for module in used - others if module in needs)


def test_what_one_lesson_alone_uses_lives_in_it():
    needs = {
        name: {arrow.name.removeprefix("labkit.") for arrow in arrows(module)} - {name}
        for name, module in modules().items()
    }
    offered = {place.removeprefix("labkit.") for place in (*public_names().values(), *FACES.split())}
    for lesson in {path.parent.name for path in ROOT.glob("lessons/*/text.md")}:
        alone = [
            name for name in only_for(lesson, needs) if name not in offered and not within(name, "learn.kit")
        ]
        assert alone == [], lesson


def test_what_is_used_by_one_lesson_alone_is_found():
    needs = {"lessons.a": {"traces.t", "odd"}, "network.n": {"traces.t"}, "traces.t": set(), "odd": set()}
    assert only_for("a", needs) == ["odd"]


def test_a_file_is_one_concept_and_can_be_read_in_one_sitting():
    files = code(ROOT, CODE, KINDS)
    assert {Path(path).suffix for path, _ in files} == set(KINDS.split())
    assert too_long(files, MOST_LINES, DATA) == []


def test_a_file_that_is_too_long_is_found(tmp_path):
    planted = {
        "labkit/a/b.py": 251,
        "labkit/a/b.js": 251,
        "tools/b.css": 251,
        "labkit/a/quiz.py": 900,
        "labkit/a/c.js": 250,
        "labkit/a/data.json": 900,
        "tests/b.js": 251,
    }
    for path, lines in planted.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("\n" * lines)
    found = too_long(code(tmp_path, CODE, KINDS), MOST_LINES, DATA)
    assert found == ["labkit/a/b.js: 251 lines", "labkit/a/b.py: 251 lines", "tools/b.css: 251 lines"]


@pytest.mark.parametrize("package", ["labkit", "learn", "panels", "pictures", "plots"])
def test_a_face_tells_type_checkers_what_it_tells_python(package):
    told = {}
    for node in ast.walk(ast.parse(modules()[package].source)):
        if isinstance(node, ast.If):
            told = {
                alias.name: line.module for line in node.body for alias in getattr(line, "names", ())
            } or told
            break
    assert told == public_names(package)


@pytest.mark.parametrize(
    "statement", ["import labkit", "import labkit; labkit.Network; labkit.Trace; labkit.ladder"]
)
def test_importing_labkit_loads_nothing_heavy(statement):
    heavy = [*OWNERS, "asyncio", "ssl", "http", "unittest", "multiprocessing", "concurrent.futures"]
    program = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [name for name in ran.stdout.split() if name in heavy] == []
