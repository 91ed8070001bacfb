"""Texts that labkit makes in one function and cuts in another, however short the sign at which it cuts.

A colon, a comma or the end of a line is no phrase that one could look up in a list of all that is written; but where it
cuts a text follows from the calls: a name in a function is what it was given there, a parameter what callers hand over,
a call what the function returns. A text counts if it has words of its own (a letter and a blank, values left out) and
the sign, or is joined with it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sentences import FIELD, HOLE, is_phrase, templates

_CUTTING = frozenset(
    "split rsplit partition rpartition removeprefix removesuffix startswith endswith".split()
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEEP = 4  # steps from where a text is cut to where it is made


class Cut(NamedTuple):
    """Where a text of labkit's is cut, at which sign, and the text (a NUL for each value)."""

    module: str
    line: int
    sign: str
    text: str


@dataclass
class House:
    """All functions by their names, and all calls by the names that they call."""

    functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = field(
        default_factory=lambda: defaultdict(list)
    )
    calls: dict[str, list[tuple[ast.Call, ast.AST | None]]] = field(default_factory=lambda: defaultdict(list))
    cuts: list[tuple[str, ast.Call, ast.AST | None]] = field(default_factory=list)

    def add(self, module: str, node: ast.AST, around: ast.AST | None = None) -> None:
        """A module's functions, calls and cuts; *around*: the function in which they stand."""
        if isinstance(node, _FUNCTIONS):
            self.functions[node.name].append(node)
            around = node
        if isinstance(node, ast.Call):
            self.calls[_called(node)].append((node, around))
            if isinstance(node.func, ast.Attribute) and node.func.attr in _CUTTING:
                self.cuts.append((module, node, around))
        for child in ast.iter_child_nodes(node):
            self.add(module, child, around)

    def texts(self, node: ast.expr | None, around: ast.AST | None, deep: int = _DEEP) -> Iterator[str]:
        """The texts that an expression can have, as far as they can be followed."""
        if deep == 0:
            return
        if found := templates(node):
            yield from (text for text in found)
        match node:
            case ast.Call(func=ast.Name("say" | "look_up"), args=[template, *_]):
                yield from (FIELD.sub(HOLE, text) for text in self.texts(template, around, deep - 1))
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(sign)), attr="join")):
                yield f"{HOLE}{sign}{HOLE}"
            case ast.Call():
                for function in self.functions.get(_called(node), ()):
                    for each in ast.walk(function):
                        if isinstance(each, ast.Return):
                            yield from self.texts(each.value, function, deep - 1)
            case ast.IfExp(body=one, orelse=other):
                yield from self.texts(one, around, deep)
                yield from self.texts(other, around, deep)
            case ast.Name(name) if isinstance(around, _FUNCTIONS):
                yield from self._named(name, around, deep - 1)

    def _named(self, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, deep: int) -> Iterator[str]:
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(target)], value=value) if target == name:
                    yield from self.texts(value, function, deep)
        names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        if names[:1] in (["self"], ["cls"]):
            del names[0]
        if name not in names and name not in [each.arg for each in function.args.kwonlyargs]:
            return
        place = names.index(name) if name in names else None
        for call, around in self.calls.get(function.name, ()):
            given = [each.value for each in call.keywords if each.arg == name]
            if place is not None and place < len(call.args):
                given.append(call.args[place])
            for value in given:
                yield from self.texts(value, around, deep)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def _sign(call: ast.Call) -> str:
    match call.args:
        case [ast.Constant(value=str(sign)), *_]:
            return sign if sign != HOLE else ""
    return ""


def _is_layout(call: ast.Call) -> bool:
    """Whether a text ends its line, or begins with a blank, is asked to set it, not to read it."""
    return _sign(call).isspace() and _called(call) in ("startswith", "endswith")


def _is_cut(text: str, sign: str) -> bool:
    joined = text == f"{HOLE}{sign}{HOLE}"
    return sign in text and (joined or is_phrase(text.replace(HOLE, "")))


def cuts(sources: dict[str, str]) -> list[Cut]:
    """Each place where code cuts a text that code of these modules has made."""
    house = House()
    for module, source in sources.items():
        house.add(module, ast.parse(source))
    found = {
        Cut(module, call.lineno, _sign(call), text): None
        for module, call, around in house.cuts
        if isinstance(call.func, ast.Attribute) and _sign(call) and not _is_layout(call)
        for text in house.texts(call.func.value, around)
        if _is_cut(text, _sign(call))
    }
    return list(found)
