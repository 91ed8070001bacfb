"""The sentences of labkit read from its sources: which phrases its code writes, and which it looks for.

A literal is a phrase if it has a letter and a space.  It is looked for where a string method is given it, where it is
compared, where a regular expression or a `case` holds it, or where it is a key of a dictionary that is asked.  It is
written where it stands in any other place that is no docstring.

A constant that is only looked for is as good as the literal; one that is also written by its name is a value.  A single
word, and a member of a constant table, may well be a value: it is a sentence if `say` is the only one to write it.

The scripts of the page are read in the same way (`tests/scripts.py`).  What is cut at a sign that is no phrase, a colon
or the end of a line, `tests/cuts.py` follows to where it is made.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from scripts import HOLE
from scripts import looks as looks_of_script

_LOOKING = frozenset(
    "split rsplit partition rpartition removeprefix removesuffix startswith endswith find rfind index rindex replace "
    "count".split()
)
FIELD = re.compile(r"\{\w*(?:[!:][^{}]*)?\}")


class Read(NamedTuple):
    """A text that code looks for: all of a string is meant, or a part of one; `table`: it stands in a constant one."""

    module: str
    line: int
    phrase: str
    whole: bool
    table: bool


class Written(NamedTuple):
    """What code makes: the literals, a line each, what templates can become, and what nobody makes but `say`."""

    literals: str
    templates: tuple[re.Pattern, ...]
    said: frozenset[str]

    def hold(self, read: Read) -> bool:
        if read.table or not is_phrase(read.phrase):
            return read.whole and read.phrase in self.said
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
    """The texts that a literal, an f-string or a sum of such can have, with `HOLE` for each value; none for others."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(each) for each in product(*(templates(part) or [HOLE] for part in parts))]
        case ast.FormattedValue(value=ast.IfExp(body=one, orelse=other)):
            return [*templates(one), *templates(other)]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            found = [templates(left), templates(right)]
            return (
                ["".join(each) for each in product(*(each or [HOLE] for each in found))] if any(found) else []
            )
    return []


Constants = dict[str, ast.expr]
"""What the names of a module stand for that are given a value at its top."""


def constants(trees: dict[str, ast.Module]) -> dict[str, Constants]:
    """The constants of each module: its own, and those that it takes from another."""
    own: dict[str, Constants] = {}
    for module, tree in trees.items():
        found = own[module] = {}
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    found[name] = value
                case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                    found[name] = value
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                    found |= {ast.unparse(name): value for name, value in zip(names, values, strict=True)}
    known = {module: dict(found) for module, found in own.items()}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                source = own.get(node.module.removeprefix("labkit."), {})
                known[module] |= {
                    alias.asname or alias.name: source[alias.name]
                    for alias in node.names
                    if alias.name in source
                }
    return known


class Look(NamedTuple):
    """What some code looks for: a pattern, a part of a text, or (`whole`) all of one; None: all, in a collection."""

    sought: ast.expr
    whole: bool | None
    pattern: bool = False


def looks(tree: ast.AST) -> Iterator[Look]:
    """Every place where a module looks for something."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("re")), args=[pattern, *_]):
                yield Look(pattern, False, True)
            case ast.Call(func=ast.Attribute(value=ast.Dict() | ast.Name() as asked, attr="get")):
                yield Look(asked, True)
            case ast.Call(func=ast.Attribute(attr=name), args=[sought, *_]) if name in _LOOKING:
                yield Look(sought, False)
            case ast.Subscript(value=ast.Dict() | ast.Name() as asked):
                yield Look(asked, True)
            case ast.Compare(left=left, ops=ops, comparators=others):
                for operator, one, other in zip(ops, [left, *others], others, strict=False):
                    if isinstance(operator, ast.Eq | ast.NotEq):
                        yield Look(one, True)
                        yield Look(other, True)
                    elif isinstance(operator, ast.In | ast.NotIn):
                        yield Look(one, False)
                        yield Look(other, None)
            case ast.MatchValue(value=value):
                yield Look(value, True)


def written_by_name(trees: dict[str, ast.Module], known: dict[str, Constants], looked: set[int]) -> set[int]:
    """The constants that code uses for more than to look for them."""
    used: set[int] = set()
    attributes: set[str] = set()
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                attributes.add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in looked:
                used.add(id(known[module].get(node.id)))
    for each in known.values():
        used |= {id(value) for name, value in each.items() if name in attributes}
    return used


def literals(node: ast.expr, known: Constants) -> list[ast.expr]:
    """An operand, or each member of a literal tuple, list, set or dictionary's keys; for a name what it stands for."""
    match node:
        case ast.Name(name):
            return literals(known[name], {}) if name in known else []
        case ast.Tuple(elts=members) | ast.List(elts=members) | ast.Set(elts=members):
            return [each for member in members for each in literals(member, known)]
        case ast.Dict(keys=keys):
            return [each for key in keys if key is not None for each in literals(key, known)]
    return [node]


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


def reads(module: str, found: list[Look], known: Constants) -> tuple[list[Read], set[int]]:
    """What a module looks for, and which nodes of all trees hold it."""
    read: list[Read] = []
    nodes: set[int] = set()
    for look in found:
        meant = known.get(look.sought.id) if isinstance(look.sought, ast.Name) else look.sought
        several = isinstance(meant, ast.Tuple | ast.List | ast.Set | ast.Dict)
        whole = several if look.whole is None else look.whole
        table = several and meant is not look.sought
        for node in literals(look.sought, known):
            nodes.update(map(id, ast.walk(node)))
            for text in templates(node):
                parts = [p for r in runs(text) for p in r.split(HOLE)] if look.pattern else text.split(HOLE)
                read += [
                    Read(module, look.sought.lineno, part, whole and parts == [text], table) for part in parts
                ]
    return read, nodes


def written(trees: dict[str, ast.Module], read: set[int]) -> Written:
    """What all modules make, but for docstrings and for what they read."""
    literals: set[str] = set()
    patterns: set[str] = set()
    said: set[str] = set()
    others: set[str] = set()
    for tree in trees.values():
        parts: set[int] = set()
        saying: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                parts.add(id(node.value))  # a docstring
                continue
            match node:
                case ast.Call(func=ast.Name("say" | "look_up"), args=[template, *_]):
                    saying.add(id(template))
            made = [] if id(node) in read or id(node) in parts else templates(node)
            if made:
                parts.update(map(id, ast.walk(node)))
                (said if id(node) in saying else others).update(made)
            for text in made:
                plain = FIELD.sub(HOLE, text).split(HOLE)
                literals.update(map(escaped, plain))
                if len(plain) > 1 and is_phrase(text):
                    patterns.add(".*".join(map(re.escape, plain)))
    lines = "\n" + "\n".join(literals) + "\n"
    return Written(lines, tuple(re.compile(each, re.DOTALL) for each in patterns), frozenset(said - others))


def read_by_scripts(scripts: dict[str, str]) -> tuple[list[Read], Written]:
    """What the scripts of the page look for, by their paths, and what they write themselves."""
    read: list[Read] = []
    lines: set[str] = set()
    for path, source in scripts.items():
        found, written = looks_of_script(source)
        for look in found:
            parts = runs(look.text) if look.pattern else [look.text]
            read += [Read(path, look.line, part, look.whole, False) for part in parts]
        lines.update(escaped(part) for token in written for part in token.text.split(HOLE))
    return read, Written("\n" + "\n".join(lines) + "\n", (), frozenset())


def parsed(sources: dict[str, str], scripts: dict[str, str] | None = None) -> list[Read]:
    """The sentences that some module, or script of the page, reads and some module or script writes."""
    trees = {module: ast.parse(source) for module, source in sources.items()}
    found = {module: list(looks(tree)) for module, tree in trees.items()}
    looked = {id(node) for each in found.values() for look in each for node in ast.walk(look.sought)}
    known = constants(trees)
    values = written_by_name(trees, known, looked)
    read, nodes = [], set()
    for module, each in known.items():
        sought = {name: value for name, value in each.items() if id(value) not in values}
        more, held = reads(module, found[module], sought)
        read += more
        nodes |= held
    made = written(trees, nodes)
    of_scripts, more = read_by_scripts(scripts or {})
    return [each for each in (*read, *of_scripts) if made.hold(each) or more.hold(each)]
