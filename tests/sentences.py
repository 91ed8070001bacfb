"""The sentences of labkit read from its sources: which phrases its code writes, and which it looks for.

A literal is a phrase if it has a letter and a space.  It is looked for where a string method is given it, where it is
compared, where a regular expression or a `case` holds it, or where it is a key of a dictionary that is asked at once.
It is written where it stands in any other place that is no docstring.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

_LOOKING = frozenset(
    "split rsplit partition rpartition removeprefix removesuffix startswith endswith find rfind index rindex replace "
    "count".split()
)
_HOLE = "\0"  # for what an f-string or `str.format` puts in
_FIELD = re.compile(r"\{\w*(?:[!:][^{}]*)?\}")


class Read(NamedTuple):
    """A phrase that code looks for: all of a string is meant, or a part of one."""

    module: str
    line: int
    phrase: str
    whole: bool


class Written(NamedTuple):
    """Phrases that code makes: the literals, a line each, and what templates can become."""

    literals: str
    templates: tuple[re.Pattern, ...]

    def hold(self, read: Read) -> bool:
        if read.whole:
            line = f"\n{escaped(read.phrase)}\n"
            return line in self.literals or any(each.fullmatch(read.phrase) for each in self.templates)
        return escaped(read.phrase) in self.literals


def is_phrase(text: str) -> bool:
    return " " in text and re.search(r"[^\W\d_]", text) is not None


def escaped(text: str) -> str:
    """In one line, so that no literal is found across the ends of two."""
    return text.replace("\n", "\\n")


def templates(node: ast.expr | None) -> list[str]:
    """The texts that a literal, an f-string or a sum of such can have, with `_HOLE` for each value; none for others."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(each) for each in product(*(templates(part) or [_HOLE] for part in parts))]
        case ast.FormattedValue(value=ast.IfExp(body=one, orelse=other)):
            return [*templates(one), *templates(other)]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            found = [templates(left), templates(right)]
            return (
                ["".join(each) for each in product(*(each or [_HOLE] for each in found))]
                if any(found)
                else []
            )
    return []


def texts(node: ast.expr | None) -> Iterator[str]:
    """The texts of an operand, or of each member of a literal tuple, list, set or dictionary's keys."""
    match node:
        case ast.Tuple(elts=members) | ast.List(elts=members) | ast.Set(elts=members):
            for member in members:
                yield from texts(member)
        case ast.Dict(keys=keys):
            for key in keys:
                yield from texts(key)
        case _:
            yield from templates(node)


def runs(pattern: str) -> list[str]:
    """The plain texts in a regular expression: "(\\d+) bytes to \\w+" has " bytes to "."""
    found, run = [], []

    def walk(parsed) -> None:
        for operation, argument in parsed:
            name = str(operation)
            if name == "LITERAL":
                run.append(chr(argument))
                continue
            found.append("".join(run))
            run.clear()
            for part in argument if isinstance(argument, (tuple, list)) else [argument]:
                for inner in part if name == "BRANCH" and isinstance(part, list) else [part]:
                    if isinstance(inner, re._parser.SubPattern):
                        walk(inner)
                        found.append("".join(run))
                        run.clear()

    walk(re._parser.parse(pattern))  # private in CPython, which has no public way to a pattern's parts
    return [*found, "".join(run)]


def reads(module: str, tree: ast.AST) -> tuple[list[Read], set[int]]:
    """The phrases that a module looks for, and which nodes of its tree hold them."""
    found: list[Read] = []
    nodes: set[int] = set()

    def look(node: ast.expr | None, whole: bool, split=lambda text: text.split(_HOLE)) -> None:
        if node is None:
            return
        for text in texts(node):
            parts = [text] if whole and _HOLE not in text else split(text)
            found.extend(Read(module, node.lineno, part, whole and part == text) for part in parts)
        if not isinstance(node, ast.Dict):
            nodes.update(map(id, ast.walk(node)))

    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("re")), args=[pattern, *_]):
                look(pattern, False, lambda text: [p for r in runs(text) for p in r.split(_HOLE)])
            case ast.Call(func=ast.Attribute(value=ast.Dict() as asked, attr="get")):
                look(asked, True)
            case ast.Call(func=ast.Attribute(attr=name), args=[sought, *_]) if name in _LOOKING:
                look(sought, False)
            case ast.Subscript(value=ast.Dict() as asked):
                look(asked, True)
            case ast.Compare(left=left, ops=ops, comparators=others):
                for operator, one, other in zip(ops, [left, *others], others, strict=False):
                    if isinstance(operator, ast.Eq | ast.NotEq):
                        look(one, True)
                        look(other, True)
                    elif isinstance(operator, ast.In | ast.NotIn):
                        # in a collection: one of its members; in a text: a part of it
                        look(one, False)
                        look(other, isinstance(other, ast.Tuple | ast.List | ast.Set | ast.Dict))
            case ast.MatchValue(value=value):
                look(value, True)
    return [read for read in found if is_phrase(read.phrase)], nodes


def written(trees: dict[str, ast.AST], read: set[int]) -> Written:
    """What all modules make, but for docstrings and for what they read."""
    literals: set[str] = set()
    patterns: set[str] = set()
    for tree in trees.values():
        parts: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                parts.add(id(node.value))  # a docstring
                continue
            made = [] if id(node) in read or id(node) in parts else templates(node)
            if made:
                parts.update(map(id, ast.walk(node)))
            for text in made:
                plain = _FIELD.sub(_HOLE, text).split(_HOLE)
                literals.update(map(escaped, plain))
                if len(plain) > 1 and is_phrase(text):
                    patterns.add(".*".join(map(re.escape, plain)))
    return Written("\n" + "\n".join(literals) + "\n", tuple(re.compile(each, re.DOTALL) for each in patterns))


def parsed(sources: dict[str, str]) -> list[Read]:
    """The phrases that some module reads and some module writes."""
    trees: dict[str, ast.AST] = {module: ast.parse(source) for module, source in sources.items()}
    found, nodes = [], set()
    for module, tree in trees.items():
        more, held = reads(module, tree)
        found += more
        nodes |= held
    made = written(trees, nodes)
    return [read for read in found if made.hold(read)]
