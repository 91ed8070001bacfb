"""What calling something gives, and how many arguments it takes: as `inspect` says, whose import costs too much."""

from __future__ import annotations

import functools
import inspect

import pytest

from labkit.running.callables import is_async, refuse_generators, takes


def plain(conn): ...
def two(reader, writer): ...
def optional(conn, more=1): ...
def any_number(*args): ...
def at_least_one(first, *rest): ...
def keyword(conn, *, needed): ...
def keyword_given(conn, *, needed=1): ...
def generator(conn):
    yield


async def coroutine(conn): ...
async def asynchronous_generator(conn):
    yield


@functools.wraps(two)
def wrapped(*args): ...


class Object:
    def __call__(self, conn): ...
    def method(self, conn): ...
    async def asynchronous(self, conn): ...


class Asynchronous:
    async def __call__(self, conn): ...


THINGS = [
    plain, two, optional, any_number, at_least_one, keyword, keyword_given, generator, coroutine, wrapped,
    asynchronous_generator, Object, Object(), Object().method, Object().asynchronous, Asynchronous(), len, print,
    functools.partial(two, 1), functools.partial(coroutine), lambda: None, lambda conn, more: None,
]  # fmt: skip


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("number", range(4))
def test_how_many_arguments_it_takes(thing, number):
    try:
        inspect.signature(thing).bind(*range(number))
        expected = True
    except TypeError:
        expected = False
    except ValueError:  # it says nothing
        expected = True
    assert takes(thing, number) == expected


@pytest.mark.parametrize("thing", THINGS)
def test_what_calling_it_gives(thing):
    bare = thing.func if isinstance(thing, functools.partial) else thing
    called = (bare, type(bare).__call__)
    assert is_async(thing) == any(map(inspect.iscoroutinefunction, called))
    if any(map(inspect.isgeneratorfunction, called)) or any(map(inspect.isasyncgenfunction, called)):
        with pytest.raises(TypeError, match="has a `yield`"):
            refuse_generators(thing)
    else:
        refuse_generators(thing)
