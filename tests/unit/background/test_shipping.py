"""A call packed for another process: what goes along, and what is refused with which words."""

from __future__ import annotations

import io
import marshal
import pickle
import socket
import struct
import sys
import types

import pytest

from labkit.background import shipping

FACTOR = 3


def twice(number):
    return 2 * number


def product(number, factor=FACTOR):
    return twice(number) * factor + FACTOR


def countdown(number):
    return number if not number else countdown(number - 1)


def unpacked(function, *arguments):
    """The function and the arguments as another process has them: names of this module are not to be had."""
    content = shipping.pack(function, arguments)
    (length,) = struct.unpack("<Q", content[:8])
    assert length == len(content) - 8
    path, count, parcel = marshal.loads(content[8:])
    assert path == sys.path and count == len(arguments)
    unpacker = pickle.Unpickler(io.BytesIO(parcel))
    return [unpacker.load() for _ in range(1 + count)]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch):
    """A main module of its own, as in the other process."""
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))


def test_a_function_takes_along_what_it_uses():
    function, seven = unpacked(product, 7)
    assert function is not product and function(seven) == product(7) == 45
    assert function.__globals__ is sys.modules["__main__"].__dict__


def test_a_function_may_use_itself():
    function, five = unpacked(countdown, 5)
    assert function(five) == 0 and function.__globals__["countdown"] is function


def test_what_a_function_encloses_goes_along():
    base = 40

    def add(number):
        return (lambda: base + number)()

    function, two = unpacked(add, 2)
    assert function(two) == 42


def test_arguments_may_share_an_object():
    shared = [1, 2]
    _, one, other = unpacked(twice, shared, shared)
    assert one == other == [1, 2]


def test_what_can_be_imported_goes_by_name():
    assert unpacked(socket.getservbyname) == [socket.getservbyname]


def test_code_of_a_cell_brings_its_lines():
    space = {"__name__": "__main__"}
    exec(compile("def fail():\n    raise ValueError\n", "/nowhere/cell.py", "exec"), space)
    (function,) = unpacked(space["fail"])
    assert function.__code__.co_filename == "<cell of fail>"


def _uses_a_socket():
    return OPEN


OPEN = None


def test_what_lives_in_one_process_only_is_named(monkeypatch):
    with socket.socket() as made:
        monkeypatch.setitem(globals(), "OPEN", made)
        with pytest.raises(shipping.NotPortable, match="OPEN, which _uses_a_socket uses, cannot be copied"):
            shipping.pack(_uses_a_socket, ())
        with pytest.raises(shipping.NotPortable, match="argument 1 of twice cannot be copied"):
            shipping.pack(twice, (made,))
