"""Read functions that are right on a connection are right under torture, whatever call of a socket they use."""

from __future__ import annotations

import asyncio
import functools
import os
import select
import selectors
import socket
import struct
import threading
import time
import warnings

import pytest
from left import no_threads_left

from labkit.torture import readers, reading, torture
from labkit.torture.runner import PAUSE_S

SELECT_S = 1  # waited out where the stream ends too early
WORDS = [b"hello", b"", b"x" * 30]


def prefixed(message: bytes) -> bytes:
    return struct.pack(">I", len(message)) + message


def message_by(exactly):
    """A reader by a function `exactly(sock, count)`."""

    def read(sock):
        (length,) = struct.unpack(">I", exactly(sock, 4))
        return exactly(sock, length)

    return read


def waiting_for_all(sock, count):
    return sock.recv(count, socket.MSG_WAITALL) if count else b""


def waiting_for_all_into(sock, count):
    room = bytearray(count)
    assert not count or sock.recv_into(room, count, socket.MSG_WAITALL) == count
    return bytes(room)


def from_somebody(sock, count):
    data = b""
    while len(data) < count:
        data += sock.recvfrom(count - len(data))[0]
    return data


def from_somebody_into(sock, count):
    room, filled = bytearray(count), 0
    while filled < count:
        filled += sock.recvfrom_into(memoryview(room)[filled:])[0]
    return bytes(room)


def as_message(sock, count):
    data = b""
    while len(data) < count:
        part, ancillary, flags, peer = sock.recvmsg(count - len(data))
        assert (ancillary, flags, peer) == ([], 0, None)
        data += part
    return data


def as_message_into_two(sock, count):
    data = b""
    while len(data) < count:
        first, second = bytearray(1), bytearray(count - len(data) - 1)
        got = sock.recvmsg_into([first, second])[0]
        data += bytes(first + second)[:got]
    return data


def looked_at_first(sock, count):
    while len(sock.recv(count, socket.MSG_PEEK)) < count:
        pass
    return sock.recv(count)


def looked_at_all(sock, count):
    return sock.recv(count) if sock.recv(count, socket.MSG_PEEK | socket.MSG_WAITALL) or not count else b""


def unbuffered_file(sock, count):
    with sock.makefile("rb", buffering=0) as file:
        data = b""
        while len(data) < count:
            data += file.read(count - len(data))
        return data


@functools.lru_cache(maxsize=1)
def file_of(sock):
    return sock.makefile("rb")


def one_file_for_all(sock, count):
    return file_of(sock).read(count)


def waited_by_select(sock, count):
    data = b""
    sock.setblocking(False)
    while len(data) < count:
        assert select.select([sock], [], [], SELECT_S)[0] == [sock]
        data += sock.recv(count - len(data))
    return data


def tried_then_selected(sock, count):
    data = b""
    sock.settimeout(0)
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        while len(data) < count:
            assert selector.select(SELECT_S)
            try:
                while len(data) < count:
                    data += sock.recv(count - len(data), socket.MSG_DONTWAIT)
            except BlockingIOError:
                continue
    return data


def with_settings(sock, count):
    sock.settimeout(60)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    assert sock.gettimeout() == 60 and sock.getblocking() and isinstance(sock, socket.socket)
    assert sock.getpeername()[1] and sock.type == socket.SOCK_STREAM
    data = b""
    while len(data) < count:
        data += sock.recv(count - len(data))
        sock.sendall(b"had it")
    return data


SYNC = (
    waiting_for_all,
    waiting_for_all_into,
    from_somebody,
    from_somebody_into,
    as_message,
    as_message_into_two,
    looked_at_first,
    looked_at_all,
    unbuffered_file,
    one_file_for_all,
    waited_by_select,
    tried_then_selected,
    with_settings,
)


@pytest.mark.parametrize("exactly", SYNC)
def test_a_right_reader_is_right(exactly):
    assert torture(reading(message_by(exactly)), WORDS, encode=prefixed)


@pytest.mark.parametrize("exactly", SYNC)
def test_it_is_right_on_a_connection_too(exactly, monkeypatch):
    monkeypatch.setitem(globals(), "SELECT_S", 60)  # whoever sends may have no processor
    near, far = connection()
    with near, far:

        def send():
            for byte in b"".join(map(prefixed, WORDS)):
                far.send(bytes([byte]))

        thread = threading.Thread(target=send)
        thread.start()
        try:
            assert [message_by(exactly)(near) for _ in WORDS] == WORDS
        finally:
            thread.join()


def connection():
    """Both ends of a TCP connection: for MSG_PEEK | MSG_WAITALL a pair of Unix sockets does not wait."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return near, far


async def read_exactly(reader):
    (length,) = struct.unpack(">I", await reader.readexactly(4))
    return await reader.readexactly(length)


async def read_in_time(reader):
    async with asyncio.timeout(60):
        (length,) = struct.unpack(">I", await asyncio.wait_for(reader.readexactly(4), 60))
        data = b""
        while len(data) < length:
            data += await reader.read(length - len(data))
        return data


async def read_by_the_loop(sock):
    loop, data = asyncio.get_running_loop(), b""
    sock.setblocking(False)
    while len(data) < 4:
        data += await loop.sock_recv(sock, 4 - len(data))
    room, filled = bytearray(*struct.unpack(">I", data)), 0
    while filled < len(room):
        filled += await loop.sock_recv_into(sock, memoryview(room)[filled:])
    return bytes(room)


class Reader:
    async def __call__(self, reader):
        return await read_exactly(reader)


@pytest.mark.parametrize(
    "read", [read_exactly, read_in_time, read_by_the_loop, Reader(), functools.partial(read_exactly)]
)
def test_a_right_coroutine_is_right(read):
    assert torture(reading(read), WORDS, encode=prefixed)


def test_lines_of_a_stream():
    async def line(reader):
        return (await reader.readuntil(b"\n"))[:-1]

    assert torture(reading(line), [b"one", b"", b"two"], encode=lambda message: message + b"\n")


def test_more_than_any_buffer_of_the_kernel_is_waited_for():
    assert torture(reading(message_by(waiting_for_all)), [bytes(3_000_000)], encode=prefixed, seconds=20)


# -- wrong ones stay wrong ---------------------------------------------------------------------------------


def a_file_for_each(sock):
    file = sock.makefile("rb")
    (length,) = struct.unpack(">I", file.read(4))
    return file.read(length)


def looks_once(sock):
    (length,) = struct.unpack(">I", sock.recv(4, socket.MSG_PEEK))
    return sock.recv(4 + length, socket.MSG_WAITALL)[4:]


def does_not_wait_for_all(sock):
    (length,) = struct.unpack(">I", sock.recv(4, socket.MSG_WAITALL | socket.MSG_DONTWAIT))
    return sock.recv(length, socket.MSG_WAITALL) if length else b""


def looks_for_ever(sock):
    while len(sock.recv(1000, socket.MSG_PEEK)) < 1000:
        pass


async def reads_once(reader):
    (length,) = struct.unpack(">I", await reader.readexactly(4))
    return await reader.read(length) if length else b""


async def reads_too_far(reader):
    return (await reader.read(1000))[4:]


async def reads_more_than_comes(reader):
    return await reader.readexactly(1000)


async def asks_its_loop_for_more(sock):
    return await asyncio.get_running_loop().sock_recv(sock, 1) and await read_by_the_loop(sock)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (a_file_for_each, "makefile() reads ahead"),
        (looks_once, "at line"),
        (does_not_wait_for_all, "at line"),
        (looks_for_ever, "after the last byte"),
        (reads_once, "left 4 of the bytes unread"),
        (reads_too_far, ""),
        (reads_more_than_comes, "after the last byte"),
        (asks_its_loop_for_more, ""),
    ],
)
def test_a_wrong_reader_is_wrong(read, told):
    result = torture(reading(read), WORDS, encode=prefixed, seconds=20)
    assert not result
    assert told in result.text
    assert "still at work" not in result.text, "what waits for ever is told at once"


def test_what_an_async_reader_leaves_unread_is_counted():
    async def leaves_the_last(reader):
        return (await reader.readuntil(b"\n"))[:-2]

    result = torture(reading(leaves_the_last), [b"one"], encode=lambda message: message + b"!\nrest")
    assert "left 4 of the bytes unread" in result.text


# -- what waits for ever is ended, and nothing is left ------------------------------------------------------


def waits_by_select(sock):
    sock.setblocking(False)
    data = b""
    while len(data) < 100:
        select.select([sock], [], [])
        data += sock.recv(100)


async def waits_for_nothing(reader):
    await asyncio.get_running_loop().create_future()


async def ignores_time(reader):
    await asyncio.sleep(1000)


@pytest.mark.parametrize("read", [waits_by_select, waits_for_nothing, ignores_time])
def test_a_reader_that_waits_for_ever_is_ended(read):
    descriptors = len(os.listdir("/proc/self/fd"))
    with no_threads_left():
        result = torture(reading(read), WORDS, encode=prefixed, seconds=0.3)
    assert not result and "was still at work after 0.3 s" in result.text
    assert "restart the kernel" not in result.text
    assert len(os.listdir("/proc/self/fd")) == descriptors


@pytest.mark.parametrize("read", [waits_for_nothing, ignores_time])
def test_a_slow_end_of_its_loop_is_not_interrupted(read, monkeypatch):
    tidied = []

    def slowly(loop, within, cancel_all=readers.cancel_all):
        until = time.monotonic() + 4 * PAUSE_S  # several interruptions later
        while time.monotonic() < until:
            time.sleep(0.001)
        cancel_all(loop, within)
        tidied.append(loop)

    monkeypatch.setattr(readers, "cancel_all", slowly)
    result = torture(reading(read), WORDS, encode=prefixed, seconds=0.1)
    assert "was still at work" in result.text and "restart the kernel" not in result.text
    assert tidied and all(loop.is_closed() for loop in tidied)


# -- what torture has no stream for is said to be so ------------------------------------------------------


def by_descriptor(sock):
    os.read(sock.fileno(), 4)
    return sock.recv(100)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (by_descriptor, "os.read"),
        (lambda sock: sock.detach(), "receive from"),
        (lambda sock: sock.accept(), "receive from"),
        (lambda sock: sock.recv(1, socket.MSG_OOB), "MSG_PEEK"),
        (lambda sock: read_exactly(sock), "`async def` itself"),
    ],
)
def test_what_is_not_followed_is_a_type_error(read, told):
    with warnings.catch_warnings(), pytest.raises(TypeError, match=told):
        warnings.simplefilter("error")
        torture(reading(read), WORDS, encode=prefixed)


def test_a_decoder_that_is_fed_by_await_is_a_type_error():
    class Decoder:
        async def feed(self, data):
            return []

    with pytest.raises(TypeError, match="plain `def`"):
        torture(Decoder, WORDS, encode=prefixed)


def test_an_error_without_text_is_named_alone():
    def read(sock):
        raise EOFError

    assert "raised EOFError, at line" in torture(reading(read), WORDS, encode=prefixed).text
