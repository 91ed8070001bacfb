"""What decoding costs: no memory for what a peer only claims, and time in proportion to the bytes."""

from __future__ import annotations

import tracemalloc
from functools import partial
from time import thread_time

import pytest

from labkit.framing import LengthPrefixed, Lines, MessageTooLong, NumberedMessages, TypedMessages

LITTLE, UTF8 = dict(byteorder="little"), dict(encoding="utf-8")
GIB_4 = b"\xff\xff\xff\xff"


def peak(work) -> int:
    """The most memory that is taken while this works, in bytes."""
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("make", "header"),
    [
        (
            partial(
                LengthPrefixed,
            ),
            GIB_4,
        ),
        (partial(LengthPrefixed, **LITTLE), GIB_4),
        (partial(LengthPrefixed, 8), 2 * GIB_4),
        (
            partial(
                TypedMessages,
            ),
            GIB_4 + b"\1",
        ),
        (
            partial(
                NumberedMessages,
            ),
            b"\1\0\0\0\1" + GIB_4,
        ),
        (partial(LengthPrefixed, max_size=2**33), GIB_4),  # accepted: yet nothing is set aside for it
    ],
)
def test_a_hostile_length_costs_no_memory(make, header):
    decoder = make()

    def work():
        try:
            for byte in header + b"and what follows":
                decoder.feed(bytes([byte]))
        except MessageTooLong:
            return

    assert peak(work) < 50_000


def test_a_line_without_an_end_costs_its_limit_and_not_more():
    decoder = Lines(max_size=100_000)

    def work():
        with pytest.raises(MessageTooLong):
            for _ in range(10_000):
                decoder.feed(bytes(1000))

    assert peak(work) < 500_000


def test_a_large_message_is_held_once_and_copied_out_once():
    size, decoder = 1_000_000, LengthPrefixed()
    piece = bytes(1000)
    decoder.feed(size.to_bytes(4, "big"))

    def work():
        for _ in range(size // 1000):
            decoder.feed(piece)

    assert peak(work) < 3.5 * size


@pytest.mark.parametrize("make", [LengthPrefixed, Lines, lambda: Lines(b"\r\n", **UTF8), TypedMessages])
def test_byte_by_byte_takes_linear_time(make):
    def spent(size):
        decoder, body = make(), b"x" * size
        message = body.decode() if getattr(decoder, "encoding", None) else body
        stream = decoder.encode((1, body) if isinstance(decoder, TypedMessages) else message)
        begin = thread_time()
        for place in range(len(stream)):
            decoder.feed(stream[place : place + 1])
        assert decoder.unfinished == b""
        return thread_time() - begin

    # Were it quadratic, 16 times the bytes would take 256 times as long.
    small = min(spent(16_000) for _ in range(3))
    assert spent(256_000) < 64 * small


def test_many_messages_at_once_take_linear_time():
    def spent(count):
        decoder = LengthPrefixed()
        stream = decoder.encode(b"x" * 16) * count
        begin = thread_time()
        assert len(decoder.feed(stream)) == count
        return thread_time() - begin

    small = min(spent(4_000) for _ in range(3))
    assert spent(64_000) < 64 * small
