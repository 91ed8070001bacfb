"""What people use of labkit says its types: every public name of the faces, what these give, and all of the wire."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from house import modules, within

FACES = ["labkit", "labkit.panels", "labkit.pictures", "labkit.plots", "labkit.framing", "labkit.torture"]
# What the faces' names give, and people hold in their hands.
GIVEN = [
    "labkit.background.programs.Program",
    "labkit.background.run.run",
    "labkit.background.run.spawn",
    "labkit.background.services.Service",
    "labkit.background.starting.start",
    "labkit.background.tasks.Task",
    "labkit.network.capture.CapturedTrace",
    "labkit.network.link.Link",
    "labkit.network.link.Links",
    "labkit.network.scapy_socket.WireSocket",
    "labkit.network.segment.NetworkSegment",
    "labkit.packets.datagram.Datagram",
    "labkit.packets.datagram.Other",
    "labkit.packets.frame.Frame",
    "labkit.panels.link.panel.LinkPanel",
    "labkit.panels.machine.panel.StateMachine",
    "labkit.panels.nagle.panel.NagleExplorer",
    "labkit.panels.player.panel.LadderPlayer",
    "labkit.panels.sockets.panel.SocketPanel",
    "labkit.panels.stream.panel.StreamViewer",
    "labkit.pictures.bytestream.stream.ByteStream",
    "labkit.pictures.ladders.ladder.Ladder",
    "labkit.pictures.socketmap.map.SocketMap",
    "labkit.pictures.socketsteps.SocketSteps",
    "labkit.sockets.hostsocket.HostSocket",
    "labkit.sockets.table.SocketTable",
    "labkit.traces.calls.Call",
]


Part = tuple[str, Any, int]
"""A function's name, the function, and how many of its first arguments Python gives by itself (self, cls)."""


def parts(thing: Any) -> Iterator[Part]:
    """A function; of a class its `__init__`, and every public method and property that is labkit's."""
    if inspect.isfunction(thing):
        yield thing.__qualname__, thing, 0
    for base in thing.__mro__ if inspect.isclass(thing) else ():
        for name, found in vars(base).items():
            if base.__module__.partition(".")[0] != "labkit" or (name.startswith("_") and name != "__init__"):
                continue
            given = 0 if isinstance(found, staticmethod) else 1
            for function in functions_in(found):
                yield f"{base.__qualname__}.{name}", function, given


def functions_in(found: Any) -> list[Any]:
    """The functions of a class that stand behind one of its names."""
    if isinstance(found, property):
        return [function for function in (found.fget, found.fset) if function is not None]
    if isinstance(found, functools.cached_property):
        return [found.func]
    if isinstance(found, (staticmethod, classmethod)):
        return [found.__func__]
    return [found] if inspect.isfunction(found) else []


def gaps(thing: Any) -> list[str]:
    """What a function, or a class in what is public of it, does not say the type of."""
    found = []
    for name, function, given in parts(thing):
        signature = inspect.signature(function)
        for parameter in list(signature.parameters.values())[given:]:
            if parameter.annotation is parameter.empty:
                found.append(f"{name}({parameter.name})")
        if signature.return_annotation is signature.empty:
            found.append(f"{name}() ->")
    return found


@pytest.mark.parametrize(
    ("face", "name"),
    [(face, name) for face in FACES for name in importlib.import_module(face).__all__],
)
def test_a_public_name_says_its_types(face, name):
    assert gaps(getattr(importlib.import_module(face), name)) == []


@pytest.mark.parametrize("path", GIVEN)
def test_what_the_public_names_give_says_its_types(path):
    module, _, name = path.rpartition(".")
    thing = getattr(importlib.import_module(module), name)
    assert list(parts(thing)), "nothing is looked at"
    assert gaps(thing) == []


# ---- The wire: every function, private ones and those inside others too ----


def bare(tree: ast.AST) -> list[str]:
    """The functions of a module that do not say the type of an argument, or of what they return."""
    found = []
    methods = {id(child) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for child in node.body}
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        given = node.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list)
        if id(node) in methods and not static:
            arguments = arguments[1:]
        if node.returns is None or any(each and each.annotation is None for each in arguments):
            found.append(f"{node.name}, line {node.lineno}")
    return found


@pytest.mark.parametrize("module", [name for name in modules() if within(name, "wire")])
def test_every_function_of_the_wire_says_its_types(module):
    assert bare(ast.parse(modules()[module].source)) == []


# ---- And this test is one that can fail ----


class Planted:
    """A class as a face might have it, with a gap in each kind of thing."""

    def __init__(self, size):
        self.size = size

    def said(self, much: int) -> int:
        return much

    def bare(self, much, *more: int, **named) -> None: ...

    @property
    def asked(self):
        return self.size

    @functools.cached_property
    def kept(self):
        return self.size

    @staticmethod
    def loose(first) -> None: ...

    @classmethod
    def made(cls, self) -> None: ...

    def _private(self, anything): ...


Planted.__module__ = "labkit.planted"


def planted(trace, flow: int = 0): ...


def test_a_planted_gap_is_found():
    assert gaps(planted) == ["planted(trace)", "planted() ->"]
    assert gaps(Planted) == [
        "Planted.__init__(size)",
        "Planted.__init__() ->",
        "Planted.bare(much)",
        "Planted.bare(named)",
        "Planted.asked() ->",
        "Planted.kept() ->",
        "Planted.loose(first)",
        "Planted.made(self)",
    ]


def test_a_gap_of_a_base_is_one_of_the_class():
    class Ours(Planted):
        pass

    Ours.__module__ = "labkit.ours"
    assert "Planted.asked() ->" in gaps(Ours)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(a: int) -> None: ...", []),
        ("def f(a) -> None: ...", ["f, line 1"]),
        ("def f(*a) -> None: ...", ["f, line 1"]),
        ("def f(*, a) -> None: ...", ["f, line 1"]),
        ("async def f(): ...", ["f, line 1"]),
        ("def f() -> None:\n    def g(a): ...", ["g, line 2"]),
        ("class C:\n    def f(self, a: int) -> None: ...", []),
        ("class C:\n    def f(self, a) -> None: ...", ["f, line 2"]),
        ("class C:\n    @staticmethod\n    def f(a) -> None: ...", ["f, line 3"]),
    ],
)
def test_a_planted_gap_in_a_module_is_found(source, found):
    assert bare(ast.parse(source)) == found
