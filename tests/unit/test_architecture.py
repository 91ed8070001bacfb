"""The rooms of labkit and the arrows between them, held to by reading the imports.

A module may import from its own layer and from those above it; a late import, inside a function, is an import
too. To add a module, add its name to the layer where it belongs; a package's name stands for all in it.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "labkit"


class Layer(NamedTuple):
    name: str
    modules: str
    pure: bool = False
    only: tuple[str, ...] = ()  # the layers above that it may use; none named: all of them


LAYERS = [
    Layer("values", "words frame headers control packet segment ranges timeline style", pure=True),
    Layer(
        "questions",
        "flows questions trace torture.splits tcpstate framing linktypes pcapng tracefile turns",
        pure=True,
    ),
    Layer("ladders", "ladders bytestream", pure=True),
    # The helper is a process of its own: what it loads is what starting a network costs, and of labkit it loads
    # nothing but the wire.
    Layer(
        "link model",
        "wire.cable wire.effects wire.faults wire.judge wire.notes wire.peek wire.record wire.snooping wire.station "
        "wire.switch wire.tally wire.transit",
        pure=True,
        only=("link model",),
    ),
    Layer("helper", "wire", only=("link model",)),
    Layer(
        "hosts",
        "core link cell notebook modes loopback threads output owners socketwords datacalls sockets table rowwords "
        "atrest command program beside process shipping channels refused",
    ),
    Layer("services", "loops serving service background"),
    Layer("capture", "capture scapy_socket"),
    Layer("network", "network"),
    Layer(
        "pictures",
        "ladders.__init__ ladders.ladder ladders.drawn ladders.png plot distributions socketmap socketwatch "
        "portplot channelplot torture",
    ),
    Layer("package", "labkit"),
    Layer("lessons", "learn panels recordings servers clients"),
    Layer("commands", "doctor diagnosis __main__"),
]

# What a pure module may use of the standard library: nothing that knows a time, a chance, a file or a socket.
PURE_STDLIB = frozenset(
    """
    __future__ abc base64 binascii bisect collections collections.abc copy dataclasses enum fractions
    functools hashlib heapq html io ipaddress itertools json keyword math operator re statistics string
    struct textwrap types typing unicodedata urllib.parse warnings weakref zlib
    """.split()
)
# A trace is read from a file and saved to one, with a date: the modules that do so, and what they use for it.
FILES = {"tracefile": {"os", "pathlib", "time"}, "pcapng": {"os", "pathlib"}}
# The only arrows that run back: a trace is read, saved and handed to scapy by its own methods, and what these
# take is loaded when they are called, and not before.
LATE_ARROWS = {("trace", "labkit.scapy_socket"), ("trace", "labkit.tracefile")}
# They look again at other people's threads until a deadline: such a thread has no event to wait for.
POLLS = "learn.worker learn.exercise"

# Heavy packages, and the only modules that may load them.
OWNERS = {
    "scapy": "scapy_socket loopback.scapytap",
    "matplotlib": "plot portplot channelplot distributions ladders.png",
    "numpy": "plot",
    "ipywidgets": "learn panels",
    "IPython": "learn panels ladders.ladder",
    "anywidget": "panels",
    "pyroute2": "",
}


class Import(NamedTuple):
    line: int
    name: str  # in full: "labkit.frame", "socket"
    late: bool  # inside a function


def modules() -> dict[str, Path]:
    """Every module by its name without the package's ("wire.cable"); the package itself is "labkit"."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        found[".".join(parts) or "labkit"] = path
    return found


MODULES = modules()


def belongs(module: str, names: str) -> bool:
    """Whether a module is one of the names, or lies in one that is a package."""
    return any(
        module == name or module.startswith(f"{name}.") or name == f"{module}.__init__"
        for name in names.split()
    )


def layer_of(module: str) -> int | None:
    """The layer's number; of several that fit, the one with the longest name (wire.cable before wire)."""
    best: tuple[int, int] | None = None
    for number, layer in enumerate(LAYERS):
        for name in layer.modules.split():
            if belongs(module, name) and (best is None or len(name) > best[0]):
                best = (len(name), number)
    return best[1] if best else None


def public_names() -> dict[str, str]:
    """Where `from labkit import X` finds X: the table in labkit/__init__.py."""
    for node in ast.parse(MODULES["labkit"].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_PUBLIC":
            return ast.literal_eval(node.value)
    return {}


def imports(module: str, source: str, *, package: bool = False) -> list[Import]:
    """Each import statement of a module's source, in full names, those for type checkers left out."""
    found: list[Import] = []
    home = ["labkit", *([] if module == "labkit" else module.split("."))]
    home = home if package else home[:-1]

    def walk(node: ast.AST, late: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return
        if isinstance(node, ast.Import):
            found.extend(Import(node.lineno, alias.name, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(home[: len(home) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                inner = f"{base}.{alias.name}".removeprefix("labkit.")
                is_module = base.split(".")[0] == "labkit" and inner in MODULES
                public = public_names().get(alias.name) if base == "labkit" else None
                name = f"labkit.{inner}" if is_module else f"labkit.{public}" if public else base
                found.append(Import(node.lineno, name, late))
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            walk(child, late)

    walk(ast.parse(source), False)
    return found


def faults(module: str, source: str, *, package: bool = False) -> list[str]:
    """What a module imports against the rules above."""
    number = layer_of(module)
    if number is None:
        return [f"labkit.{module} stands in no layer: add its name to LAYERS, where it belongs"]
    layer = LAYERS[number]
    found = []
    for line, name, late in imports(module, source, package=package):
        top = name.split(".")[0]
        if top == "labkit":
            other = layer_of(name.removeprefix("labkit.")) if name != "labkit" else layer_of("labkit")
            if other is None or other == number or (late and (module, name) in LATE_ARROWS):
                continue
            if other > number:
                found.append(f"line {line}: {name} ({LAYERS[other].name}) is to the right of {layer.name}")
            elif layer.only and LAYERS[other].name not in layer.only:
                found.append(f"line {line}: {layer.name} uses nothing of {LAYERS[other].name} ({name})")
        elif layer.pure and name not in PURE_STDLIB | FILES.get(module, set()):
            found.append(f"line {line}: {name} in a pure module")
        elif top in OWNERS and not belongs(module, OWNERS[top]):
            found.append(f"line {line}: {top} is imported only in {OWNERS[top] or 'no module'}")
    return found


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules in which each needs all others, by the modules that each imports."""
    reached = {}
    for module in arrows:
        todo, reached[module] = [module], set()
        while todo:
            new = arrows.get(todo.pop(), set()) - reached[module]
            reached[module] |= new
            todo += new
    groups = {
        tuple(sorted(other for other in reached[module] if module in reached.get(other, ())))
        for module in arrows
        if module in reached[module]
    }
    return sorted(map(list, groups))


@pytest.mark.parametrize("module", MODULES)
def test_arrows_run_one_way(module):
    path = MODULES[module]
    assert faults(module, path.read_text(encoding="utf-8"), package=path.name == "__init__.py") == []


def test_no_arrow_runs_in_a_circle():
    arrows = {
        module: {
            name.removeprefix("labkit.")
            for _, name, late in imports(
                module, path.read_text(encoding="utf-8"), package=path.name == "__init__.py"
            )
            if not (late and (module, name) in LATE_ARROWS)
        }
        for module, path in MODULES.items()
    }
    assert circles(arrows) == []


def test_a_circle_is_found():
    arrows = {"a": {"b", "os"}, "b": {"c"}, "c": {"b"}, "d": {"e"}, "e": {"f"}, "f": {"d"}, "g": {"g"}}
    assert circles(arrows) == [["b", "c"], ["d", "e", "f"], ["g"]]


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("trace", "from .network import Network", "to the right"),
        ("trace", "def late():\n    from labkit import Network", "to the right"),
        ("wire.requests", "from ..trace import Trace", "uses nothing of questions"),
        ("wire.requests", "from ..frame import Frame", "uses nothing of values"),
        ("wire.cable", "from ..frame import Frame", "uses nothing of values"),
        ("wire.cable", "from . import loop", "to the right"),
        ("wire.requests", "from labkit import sockets", "to the right"),
        ("segment", "import time", "pure"),
        ("wire.cable", "from random import random", "pure"),
        ("trace", "import pathlib", "pure"),
        ("network", "import scapy.all", "only in scapy_socket"),
        ("network", "def late():\n    from matplotlib import pyplot", "only in plot"),
        ("trace", "from .scapy_socket import packets", "to the right"),
        ("novelty", "", "no layer"),
    ],
)
def test_a_forbidden_import_is_found(module, source, said):
    assert any(said in fault for fault in faults(module, source)), faults(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("trace", "from .frame import Frame\nfrom . import flows"),
        ("wire.loop", "from . import record\nfrom .cable import Cable"),
        ("network", "def late():\n    from .capture import CapturedTrace"),
        ("learn.exercise", "from labkit import Network"),
        ("tracefile", "import os"),
        ("trace", "def packets():\n    from .scapy_socket import packets"),
        (
            "trace",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .capture import CapturedTrace",
        ),
    ],
)
def test_an_allowed_import_passes(module, source):
    assert faults(module, source) == []


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("learn.exercises")])
def test_waits_wait_for_something_and_nothing_is_swallowed(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    sleeps = [call.lineno for call in calls if ast.unparse(call.func) == "time.sleep"]
    if belongs(module, POLLS):
        sleeps = []
    swallows = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ]
    assert (sleeps, swallows) == ([], []), "lines that sleep, and lines that swallow every exception"


@pytest.mark.parametrize(
    "statement", ["import labkit", "import labkit; labkit.Network; labkit.Trace; labkit.ladder"]
)
def test_importing_labkit_loads_nothing_heavy(statement):
    heavy = [*OWNERS, "asyncio", "ssl", "http", "unittest", "multiprocessing", "concurrent.futures"]
    code = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [name for name in ran.stdout.split() if name in heavy] == []
