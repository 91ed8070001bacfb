"""The house read from its folders: every module, the rooms they stand in, and the arrows between them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "labkit"


class Arrow(NamedTuple):
    """One import of a module: what it names in full ("labkit.packets.frame", "socket"), and where."""

    line: int
    name: str
    late: bool  # inside a function


class Module(NamedTuple):
    """A module by its name without the package's: "wire.loop"; the package itself is "labkit"."""

    name: str
    source: str
    package: bool = False

    @property
    def room(self) -> str:
        """The folder it stands in, under labkit: "wire"; a module beside the rooms is one of its own."""
        return self.name.partition(".")[0]


@cache
def modules() -> dict[str, Module]:
    """Every module of labkit."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts) or "labkit"
        found[name] = Module(name, path.read_text(encoding="utf-8"), package)
    return found


def within(module: str, names: str) -> bool:
    """Is a module one of the names, or does it lie in a folder that is one?  (a.__init__ is the folder a itself.)"""
    return any(
        module == name.removesuffix(".__init__") or module.startswith(f"{name}.") for name in names.split()
    )


def is_for_types(node: ast.AST) -> bool:
    """`if TYPE_CHECKING:`: what stands there is not imported when the program runs."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


@cache
def arrows(module: Module) -> list[Arrow]:
    """Each import statement of a module in full names, those for type checkers left out.

    A public name of the package stands for where it lies: `from labkit import Network` is an arrow to the network.
    """
    home = ["labkit", *([] if module.name == "labkit" else module.name.split("."))]
    home = home if module.package else home[:-1]
    return list(_arrows(ast.parse(module.source), home, late=False))


def _arrows(node: ast.AST, home: list[str], *, late: bool) -> Iterator[Arrow]:
    if is_for_types(node):
        return
    if isinstance(node, ast.Import):
        yield from (Arrow(node.lineno, alias.name, late) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = ".".join(home[: len(home) - node.level + 1]) if node.level else ""
        base = ".".join(filter(None, [base, node.module]))
        for alias in node.names:
            yield Arrow(node.lineno, _target(base, alias.name), late)
    late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    for child in ast.iter_child_nodes(node):
        yield from _arrows(child, home, late=late)


def _target(base: str, name: str) -> str:
    inner = f"{base}.{name}".removeprefix("labkit.")
    if base.partition(".")[0] == "labkit" and inner in modules():
        return f"labkit.{inner}"
    return public_names().get(name, base) if base == "labkit" else base


@cache
def public_names(package: str = "labkit") -> dict[str, str]:
    """Where a face's names lie: its table `_PUBLIC`."""
    for node in ast.parse(modules()[package].source).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_PUBLIC":
            return ast.literal_eval(node.value)
    return {}


def circles(needs: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules in which each needs all others, by the modules that each imports."""
    reached: dict[str, set[str]] = {}
    for module in needs:
        todo, reached[module] = [module], set()
        while todo:
            new = needs.get(todo.pop(), set()) - reached[module]
            reached[module] |= new
            todo += new
    groups = {
        tuple(sorted(other for other in reached[module] if module in reached.get(other, ())))
        for module in needs
        if module in reached[module]
    }
    return sorted(map(list, groups))


def code(root: Path, rooms: str, kinds: str) -> list[tuple[str, str]]:
    """Every file of these rooms of a folder whose name ends in one of the kinds (".py .js"): (path in it, text)."""
    paths = [
        path for room in rooms.split() for path in (root / room).rglob("*") if path.suffix in kinds.split()
    ]
    return [(str(path.relative_to(root)), path.read_text(encoding="utf-8")) for path in sorted(paths)]


def too_long(files: Iterable[tuple[str, str]], most: int, data: str) -> list[str]:
    """The files, (path, text), of more lines than *most*; data may be longer: names that end in one of these words."""
    return [
        f"{path}: {lines} lines"
        for path, text in files
        if (lines := text.count("\n")) > most and not Path(path).stem.endswith(tuple(data.split()))
    ]
