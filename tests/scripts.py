"""Scripts of the page read from their text: tokens, functions, names, and which texts they look for and write.

A widget's scripts are put one behind the other into one module (`labkit/notebook/widgets/files.py`), so all that stands
at their tops has one name.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

HOLE = "\0"  # for what a template puts in
_PLAIN = re.compile(
    r"(?P<space>\s+)|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<sign>=>|===|!==|==|!=|\?\.|\?\?=?|\.\.\.|&&|\|\||[<>]=|.)",
    re.DOTALL,
)
_REGEX = re.compile(r"/(?![/*])((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/[a-z]*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_BEFORE_REGEX = frozenset("return typeof case in of".split())  # words after which a slash begins one
_BLOCKS = frozenset("if for while switch catch with".split())  # what stands before (…) {, and is no function
_LOOKING = frozenset(
    "split replace replaceAll startsWith endsWith includes indexOf lastIndexOf search match matchAll".split()
)
_CUTTING = frozenset("split replace replaceAll search match matchAll exec substring".split())
_EQUAL = frozenset("=== !== == !=".split())
_TEXTS = frozenset("string template".split())


class Token(NamedTuple):
    """`kind`: name, number, string, template, regex or sign; a string's text is what it means, holes for values."""

    kind: str
    text: str
    line: int


class Function(NamedTuple):
    """A function with braces: its name ("" for none), its first line and its last."""

    name: str
    first: int
    last: int


class Look(NamedTuple):
    """A text that a script looks for, or (`pattern`) a regular expression: all of a text is meant, or a part of it."""

    line: int
    text: str
    whole: bool = False
    pattern: bool = False


def tokens(source: str, line: int = 1) -> list[Token]:
    """All of a script but blanks and comments; behind a template stands what is in its holes, in brackets."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        regex = _REGEX.match(source, at) if _may_be_regex(found) else None
        if source[at] == "`":
            end, text, inner = _template(source, at, line)
            found += [Token("template", text, line), *inner]
        elif regex is not None:
            end = regex.end()
            found.append(Token("regex", regex[1], line))
        else:
            plain = _PLAIN.match(source, at)
            assert plain is not None, "its last sign is any"
            end, kind, text = plain.end(), str(plain.lastgroup), plain[0]
            if kind == "string":
                found.append(Token(kind, _meant(text[1:-1]), line))
            elif kind not in ("space", "comment"):
                found.append(Token(kind, text, line))
        line += source.count("\n", at, end)
        at = end
    return found


def _may_be_regex(before: list[Token]) -> bool:
    if not before or before[-1].kind == "sign":
        return not before or before[-1].text not in (")", "]", "}")
    return before[-1].kind == "name" and before[-1].text in _BEFORE_REGEX


def _meant(raw: str) -> str:
    """What stands for itself in a string: "\\u2026" is "…"."""
    plain = {"n": "\n", "t": "\t", "r": "\r"}
    return _ESCAPE.sub(lambda e: chr(int(e[1], 16)) if e[1] else plain.get(e[2], e[2]), raw)


def _template(source: str, at: int, line: int) -> tuple[int, str, list[Token]]:
    """Where a template ends, its text, and the tokens in its holes."""
    text, inner, at = "", [], at + 1
    start = at
    while source[at] != "`":
        if source[at] == "\\":
            at += 2
        elif source.startswith("${", at):
            text += _meant(source[start:at]) + HOLE
            end = _end_of_hole(source, at + 2)
            begun = line + source.count("\n", start, at)
            inner += [
                Token("sign", "(", begun),
                *tokens(source[at + 2 : end], begun),
                Token("sign", ")", begun),
            ]
            line, at = begun + source.count("\n", at, end), end + 1
            start = at
        else:
            at += 1
    return at + 1, text + _meant(source[start:at]), inner


def _end_of_hole(source: str, at: int) -> int:
    """Where the brace stands that ends a hole."""
    depth = 0
    while depth or source[at] != "}":
        if source[at] == "`":
            at = _template(source, at, 1)[0]
            continue
        if source[at] in "\"'":
            string = _PLAIN.match(source, at)
            assert string is not None and string.lastgroup == "string"
            at = string.end()
            continue
        depth += {"{": 1, "}": -1}.get(source[at], 0)
        at += 1
    return at


def functions(source: str) -> list[Function]:
    """The functions and methods of a script that have braces, inner ones too."""
    found: list[Function] = []
    opened: list[tuple[str, str | None, int]] = []  # (bracket, name of the function that it begins, line)
    closed: tuple[str, str | None, int] = ("", None, 0)  # what was closed last
    here = tokens(source)
    for place, token in enumerate(here):
        if token.kind != "sign":
            continue
        if token.text in ("(", "[", "{"):
            before = here[place - 1] if place else Token("sign", "", 0)
            name: str | None = None
            if token.text == "(":
                name = before.text if before.kind == "name" else ""
            elif token.text == "{" and before.text == "=>":
                name = ""
            elif token.text == "{" and before.text == ")" and closed[1] not in _BLOCKS:
                name = closed[1]
            line = closed[2] if token.text == "{" and before.text == ")" else token.line
            opened.append((token.text, name, line))
        elif token.text in (")", "]", "}"):
            closed = opened.pop()
            if token.text == "}" and closed[1] is not None:
                found.append(Function(closed[1], closed[2], token.line))
    return found


def too_long(source: str, most: int) -> list[str]:
    """The functions of more lines than *most*."""
    lengths = ((each.name or f"line {each.first}", each.last - each.first + 1) for each in functions(source))
    return [f"{name}: {lines} lines" for name, lines in lengths if lines > most]


def declared(source: str) -> list[str]:
    """The names at the top of a script: functions, classes, constants and variables."""
    found, depth, declaring = [], 0, False
    here = tokens(source)
    for place, token in enumerate(here):
        if token.text in ("(", "[", "{") and token.kind == "sign":
            depth += 1
        elif token.text in (")", "]", "}") and token.kind == "sign":
            depth -= 1
        elif depth == 0 and token.text == ";":
            declaring = False
        elif depth == 0 and token.text in ("const", "let", "var"):
            declaring = True
        elif depth == 0 and token.kind == "name" and place:
            before = here[place - 1].text
            if before in ("function", "class") or (declaring and before in ("const", "let", "var", ",")):
                found.append(token.text)
    return found


def twice(sources: Iterable[str]) -> list[str]:
    """The names that scripts of one module declare more than once at their tops."""
    names = Counter(name for source in sources for name in declared(source))
    return sorted(name for name, count in names.items() if count > 1)


def compositions(module: str) -> Iterator[list[str]]:
    """The names of the scripts that a Python module puts together: the arguments of each `script(__file__, …)`."""
    if "script(" not in module:
        return  # nearly all: six hundred need no parsing, each time the tests are collected
    for node in ast.walk(ast.parse(module)):
        match node:
            case ast.Call(func=ast.Name("script"), args=[_, *names]):
                yield [ast.literal_eval(name) for name in names]


def looks(source: str) -> tuple[list[Look], list[Token]]:
    """What a script looks for; and the texts that it does not look for, but writes."""
    found, written = [], []
    here = tokens(source)
    around = [Token("sign", "", 0)] * 3 + here + [Token("sign", "", 0)] * 2
    for place, token in enumerate(here, start=3):
        before, after = around[place - 1], around[place + 1]
        if token.kind == "regex":
            found.append(Look(token.line, token.text, pattern=True))
        if token.kind not in _TEXTS:
            continue
        call = (
            before.text == "("
            and around[place - 2].text in _LOOKING
            and around[place - 3].text in (".", "?.")
        )
        key = after.text == ":" and before.text in ("{", ",")
        if call:
            found += [Look(token.line, part) for part in token.text.split(HOLE)]
        elif key or before.text == "case" or {before.text, after.text} & _EQUAL:
            found += [Look(token.line, part, HOLE not in token.text) for part in token.text.split(HOLE)]
        else:
            written.append(token)
    return found, written


def cuts(source: str) -> list[tuple[int, str]]:
    """Where a script takes a text apart: (line, the method by which)."""
    here = tokens(source)
    return [
        (token.line, token.text)
        for before, token, after in zip(here, here[1:], here[2:], strict=False)
        if token.text in _CUTTING and before.text in (".", "?.") and after.text == "("
    ]


def scripts(folder: Path) -> dict[str, str]:
    """The text of each script in a folder and those below, by its path there."""
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.js"))
    }
