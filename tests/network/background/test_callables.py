"""What runs beside the notebook runs: a coroutine is awaited, and what would run nothing is refused."""

from __future__ import annotations

import asyncio
import functools

import pytest

from labkit.background.failures import ServiceError


async def double(number):
    await asyncio.sleep(0)
    return 2 * number


class Double:
    async def __call__(self, number):
        return await double(number)


@pytest.mark.parametrize("function", [double, functools.partial(double), Double()])
def test_whatever_gives_a_coroutine_is_awaited(client, function):
    assert client.background(function, 4).result() == 8


def test_a_coroutine_that_would_not_run_is_a_failure(client):
    task = client.background(lambda: double(4))
    with pytest.raises(TypeError, match="gave a coroutine"):
        task.result()


def generator(conn):
    yield conn


async def async_generator(reader, writer):
    yield reader


@pytest.mark.parametrize("function", [generator, async_generator, functools.partial(generator)])
def test_generators_are_refused_as_they_run_nothing(client, function):
    with pytest.raises(TypeError, match="has a `yield`"):
        client.start(function)
    with pytest.raises(TypeError, match="has a `yield`"):
        client.background(function, 1)
    assert client.services == []


def test_a_handler_that_gives_a_coroutine_is_a_failure(server, client):
    service = server.start(lambda conn: double(conn), port=8000)
    with client.socket() as caller:
        caller.connect((server.address, 8000))
        assert caller.recv(1) == b""
    service.wait_for(errors=1)
    with pytest.raises(ServiceError, match="gave a coroutine"), service:
        pass
