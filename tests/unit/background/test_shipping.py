"""A call packed for another process: what goes along, and what is refused with which words."""

from __future__ import annotations

import abc
import collections
import dataclasses
import enum
import functools
import io
import marshal
import pickle
import socket
import struct
import sys
import types
import typing

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
    path, own, count, parcel = marshal.loads(content[8:])
    assert (
        path == sys.path
        and count == len(arguments)
        and {"marshal", "pickle", "pytest"} & set(own) == {"pickle"}
    )
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


# -- classes -----------------------------------------------------------------------------------------------


@dataclasses.dataclass(order=True)
class Message:
    kind: int
    text: str = "hi"
    parts: list = dataclasses.field(default_factory=list)

    def twice(self):
        return Message(twice(self.kind), self.text)


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0


class Kind(enum.Enum):
    HELLO = 1
    BYE = 2
    END = 2  # noqa: PIE796  # an alias

    @property
    def low(self):
        return self.name.lower()


class Planet(enum.Enum):
    EARTH = (5, 6)

    def __init__(self, mass, radius):
        self.mass = mass
        self.density = mass / radius


class Level(enum.IntEnum):
    LOW, HIGH = 1, 2


class Flag(enum.Flag):
    SYN = enum.auto()
    ACK = enum.auto()


class Pair(typing.NamedTuple):
    left: int
    right: int = 5

    def both(self):
        return self.left + self.right


Old = collections.namedtuple("Old", "a b", defaults=[7])


class Base(abc.ABC):
    count = 0

    @abc.abstractmethod
    def name(self): ...

    @classmethod
    def made(cls):
        return cls()

    @staticmethod
    def two():
        return twice(1)


class Derived(Base):
    def __init__(self):
        super().__init__()
        self.seen = [self]

    def name(self):
        return type(self).__name__

    @functools.cached_property
    def length(self):
        return len(self.name())


class Refused(ValueError):
    def __init__(self, code):
        super().__init__(f"refused: {code}")


class Slotted:
    __slots__ = ("__b", "a")

    def __init__(self):
        self.a, self.__b = 1, 2

    def sum(self):
        return self.a + self.__b


@functools.lru_cache(maxsize=3)
def cached(number):
    return twice(number)


def uses_classes():
    first, second = Message(1), Message(2, parts=[1])
    assert first.twice() < second or first.twice() == Message(2)
    assert dataclasses.asdict(second) == {"kind": 2, "text": "hi", "parts": [1]}
    assert dataclasses.replace(first, kind=9).kind == 9 and first.parts is not Message(1).parts
    try:
        Point(1).x = 2
    except dataclasses.FrozenInstanceError:
        pass
    else:
        raise AssertionError("frozen")
    assert Point(1) == Point(1, 0) and hash(Point(1)) == hash(Point(1)) and not hasattr(Point(1), "__dict__")
    assert Kind(1) is Kind.HELLO and Kind["BYE"].low == "bye" and Kind.END is Kind.BYE and len(Kind) == 2
    assert Planet.EARTH.density == 5 / 6 and Planet((5, 6)) is Planet.EARTH
    assert Level.HIGH > Level.LOW == 1 and Level(2).name == "HIGH"
    assert (Flag.SYN | Flag.ACK).value == 3 and Flag.SYN in Flag(3)
    assert Pair(1).both() == 6 and Pair(1)._replace(left=2) == (2, 5) and Pair._fields == ("left", "right")
    assert Old(1)._asdict() == {"a": 1, "b": 7}
    try:
        Base()
    except TypeError:
        pass
    else:
        raise AssertionError("abstract")
    assert Derived.made().name() == "Derived" and Base.two() == 2 and Derived().length == 7
    assert str(Refused(3)) == "refused: 3" and issubclass(Refused, ValueError)
    assert Slotted().sum() == 3 and not hasattr(Slotted(), "__dict__")
    assert cached(4) == 8 and cached.cache_info().maxsize == 3
    return "used"


def test_classes_go_along_with_what_stands_in_them():
    (function,) = unpacked(uses_classes)
    names = function.__globals__
    assert names["Message"] is not Message and names["Kind"] is not Kind and names["Old"] is not Old
    assert function() == "used"


@pytest.mark.parametrize(
    "value",
    [Message(1), Point(1, 2), Kind.BYE, Level.HIGH, Flag(3), Pair(1), Old(1), Planet.EARTH, [Slotted()]],
)
def test_values_of_a_notebooks_classes_are_arguments(value):
    _, argument = unpacked(twice, value)
    assert (
        repr(argument).split(" object at")[0].split(".")[-1]
        == repr(value).split(" object at")[0].split(".")[-1]
    )
    assert type(argument) is list or type(argument) is not type(value)


def test_a_class_within_a_function_goes_along():
    class Local:
        def same(self):
            return type(self) is Local

    _, local = unpacked(twice, Local())
    assert local.same() and type(local) is not Local


def test_a_class_that_holds_what_lives_in_one_process_is_named():
    class Holder:
        lock = _thread_lock()

    with pytest.raises(
        shipping.NotPortable, match="lock, which stands in the class Holder, cannot be copied"
    ):
        shipping.pack(twice, (Holder(),))


def _thread_lock():
    import threading

    return threading.Lock()


class Hostile:
    def __reduce__(self):
        raise RuntimeError("only by inheritance")


def test_whatever_its_pickling_raises_is_told_with_its_name():
    with pytest.raises(
        shipping.NotPortable, match=r"argument 1 of twice cannot .*RuntimeError: only by inher"
    ):
        shipping.pack(twice, (Hostile(),))
