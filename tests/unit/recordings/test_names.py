"""Which names a cell uses as they were before it."""

from __future__ import annotations

import ast
import types
import weakref

import pytest

from labkit.recordings.names import uses
from labkit.recordings.stub import Recorded


def variables(source: str) -> dict:
    main = types.ModuleType("__main__")
    exec(source, main.__dict__)
    return {name: value for name, value in vars(main).items() if not name.startswith("__")}


KNOWN = variables(
    """
def visit():
    return inner(trace)

def inner(x):
    return server, x

class Reader:
    def go(self):
        return wire
"""
)


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("print(trace)", "print trace"),
        ("trace = 1\nprint(trace)", "print"),
        ("if x:\n    trace = 1\nprint(trace)", "print trace x"),
        ("with net.capture() as trace:\n    pass\nladder(trace)", "ladder net"),
        ("for row in rows:\n    print(row)", "print rows"),
        ("for row in rows:\n    last = row\nlast", "last rows"),
        ("try:\n    got = recv()\nexcept OSError:\n    pass\ngot", "OSError got recv"),
        ("[x for x in rows if x > least]", "least rows"),
        ("x = [x for x in rows]\nx", "rows"),
        ("x += 1", "x"),
        ("def f():\n    return trace", ""),
        ("def f():\n    return trace\nf()", "trace"),
        ("def f(a=trace):\n    pass", "trace"),
        ("trace = 1\ndef f():\n    return trace\nf()", ""),
        ("visit()", "inner server trace visit"),
        ("trace = 1\nvisit()", "inner server visit"),
        ("Reader().go()", "Reader wire"),
        ("lambda segment: trace", "trace"),
        ("import os\nos.getpid()", ""),
        ("f'{trace}'", "trace"),
        ("(n := trace) and n", "trace"),
        ("match reply:\n    case [first, *_]:\n        first", "reply"),
        ("class A:\n    def go(self):\n        return trace\nA()", "trace"),
        ("await go(trace)", "go trace"),
        ("def f(a=await go(trace)):\n    pass", "go trace"),
        ("print(trace)\ndef f():\n    break\nf(x)", "print trace x"),
        ("class A:\n    return 1", ""),
        ("async def f():\n    nonlocal trace", ""),
        ("def f():\n    return g()\ndef g():\n    return f(), trace\nf()", "trace"),
    ],
)
def test_reads(source, reads):
    tree = compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert uses(tree, KNOWN).reads == set(reads.split())


@pytest.mark.parametrize(
    ("source", "binds", "changes"),
    [
        ("a, (b, *c) = x", "a b c", ""),
        ("with f() as trace:\n    got = 1", "got trace", ""),
        ("import os\ndef f(): pass\nclass A: pass", "", ""),
        ("runs.append(1)", "", "runs"),
        ("runs[0]['x'] = 1", "", "runs"),
        ("for run in runs:\n    run['x'] = 1", "run", "run runs"),
        ("net.link.delay_ms = 5", "", "net"),
        ("print(len(x))", "", ""),
    ],
)
def test_binds_and_changes(source, binds, changes):
    found = uses(ast.parse(source), {})
    assert (found.binds, found.changes) == (set(binds.split()), set(changes.split()))


@pytest.mark.parametrize(
    "make", [lambda: Recorded("a socket", "<socket>", {}, "Linux 6.18"), lambda: weakref.proxy(set())]
)
def test_what_refuses_every_question_is_asked_none(make):
    held = make()
    known = {
        "thing": held,
        "Server": type("Server", (), {"__module__": "__main__", "listener": held, "go": KNOWN["visit"]}),
    }
    assert uses(ast.parse("thing\nServer()"), known).reads == {"thing", "Server", "inner", "trace"}


def test_all_kinds_of_methods_are_looked_into():
    known = variables(
        "class Server:\n    def go(self):\n        return a\n    @staticmethod\n    def s():\n        return b\n"
        "    @classmethod\n    def c(cls):\n        return d\n    @property\n    def p(self):\n        return e\n"
    )
    assert uses(ast.parse("Server()"), known).reads == {"Server", "a", "b", "d", "e"}
