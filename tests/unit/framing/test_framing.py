"""The decoders and encoders of labkit.framing, as tables: what goes in, what comes out, what is refused."""

from __future__ import annotations

from functools import partial

import pytest

from labkit import framing
from labkit.framing import (
    CutMessage,
    FramingError,
    LengthPrefixed,
    Lines,
    Numbered,
    NumberedMessages,
    Typed,
    TypedMessages,
)

UTF8 = dict(encoding="utf-8")
ITSELF = dict(includes_itself=True)
LITTLE = dict(byteorder="little")

STREAMS = [  # (what makes a decoder, messages, their bytes)
    (
        partial(
            Lines,
        ),
        [b"hello", b"", b"world\r"],
        b"hello\n\nworld\r\n",
    ),
    (partial(Lines, b"\r\n"), [b"a\rb\nc", b""], b"a\rb\nc\r\n\r\n"),
    (partial(Lines, b"\0"), [b"a\nb"], b"a\nb\0"),
    (partial(Lines, b"END;"), [b"ENDEN", b"E"], b"ENDENEND;EEND;"),
    (partial(Lines, **UTF8), ["café", "", "日本 🙂"], "café\n\n日本 🙂\n".encode()),
    (partial(Lines, b" \xc2\xa7 ", **UTF8), ["a§b"], "a§b § ".encode()),
    (partial(Lines, encoding="latin-1"), ["café"], b"caf\xe9\n"),
    (
        partial(
            LengthPrefixed,
        ),
        [b"hello", b"", b"\n"],
        b"\0\0\0\5hello\0\0\0\0\0\0\0\1\n",
    ),
    (partial(LengthPrefixed, 1), [b"hi", bytes(255)], b"\2hi\xff" + bytes(255)),
    (partial(LengthPrefixed, 2), [b"hi"], b"\0\2hi"),
    (partial(LengthPrefixed, 2, **LITTLE), [b"hi"], b"\2\0hi"),
    (partial(LengthPrefixed, 4, **LITTLE), [b"hi"], b"\2\0\0\0hi"),
    (partial(LengthPrefixed, 8), [b"hi"], b"\0\0\0\0\0\0\0\2hi"),
    (partial(LengthPrefixed, 8, **LITTLE), [b"hi"], b"\2\0\0\0\0\0\0\0hi"),
    (partial(LengthPrefixed, 1, **ITSELF), [b"", b"hi"], b"\1\3hi"),
    (partial(LengthPrefixed, 4, **ITSELF), [b"hi", b""], b"\0\0\0\6hi\0\0\0\4"),
    (partial(LengthPrefixed, 8, **ITSELF, **LITTLE), [b""], b"\x08\0\0\0\0\0\0\0"),
    (
        partial(
            TypedMessages,
        ),
        [Typed(1, b"hi"), Typed(255, b"")],
        b"\0\0\0\2\1hi\0\0\0\0\xff",
    ),
    (partial(TypedMessages, **LITTLE), [Typed(1, b"hi")], b"\2\0\0\0\1hi"),
    (partial(TypedMessages, includes_type=True), [Typed(1, b"hi")], b"\0\0\0\3\1hi"),
    (partial(TypedMessages, **ITSELF), [Typed(1, b"hi")], b"\0\0\0\6\1hi"),
    (partial(TypedMessages, includes_type=True, **ITSELF), [Typed(1, b"hi")], b"\0\0\0\7\1hi"),
    (partial(TypedMessages, length_size=2, type_size=4), [Typed(258, b"hi")], b"\0\2\0\0\1\2hi"),
    (partial(TypedMessages, length_size=2, type_size=4, **LITTLE), [Typed(258, b"hi")], b"\2\0\2\1\0\0hi"),
    (
        partial(
            NumberedMessages,
        ),
        [Numbered(7, 258, b"hi"), Numbered(0, 0, b"")],
        b"\7\0\0\1\2\0\0\0\2hi" + bytes(9),
    ),
    (partial(NumberedMessages, **LITTLE), [Numbered(7, 258, b"hi")], b"\7\2\1\0\0\2\0\0\0hi"),
]
IDS = [f"{make.func.__name__}-{number}" for number, (make, *_) in enumerate(STREAMS)]


def outcome(decoder, *pieces):
    """What comes out of these pieces and the stream's end: the messages, and the error or None."""
    messages = []
    try:
        for piece in pieces:
            messages += decoder.feed(piece)
        decoder.eof()
    except FramingError as error:
        return messages + error.messages, error
    return messages, None


@pytest.mark.parametrize(("make", "messages", "stream"), STREAMS, ids=IDS)
def test_messages_to_bytes_and_back(make, messages, stream):
    assert b"".join(map(make().encode, messages)) == stream
    assert outcome(make(), stream) == (messages, None)


@pytest.mark.parametrize(("make", "messages", "stream"), STREAMS, ids=IDS)
def test_every_place_for_one_cut_and_byte_by_byte(make, messages, stream):
    for cut in range(len(stream) + 1):
        assert outcome(make(), stream[:cut], stream[cut:]) == (messages, None)
    assert outcome(make(), *(stream[n : n + 1] for n in range(len(stream)))) == (messages, None)


@pytest.mark.parametrize(("make", "messages", "stream"), STREAMS, ids=IDS)
def test_a_stream_cut_short_is_told_from_one_that_ended(make, messages, stream):
    whole = {0}
    for message in messages:
        whole.add(max(whole) + len(make().encode(message)))
    for end in range(len(stream)):
        error = outcome(make(), stream[:end])[1]
        if end in whole:
            assert error is None
        else:
            assert isinstance(error, CutMessage)
            assert error.partial == stream[max(place for place in whole if place <= end) : end]


def test_each_message_comes_out_with_its_last_byte():
    decoder = LengthPrefixed()
    assert decoder.feed(b"\0\0\0\2h") == []
    assert decoder.unfinished == b"\0\0\0\2h"
    assert decoder.feed(b"i\0") == [b"hi"]
    assert decoder.unfinished == b"\0"
    assert decoder.feed(b"") == []


def test_messages_are_values():
    assert Typed(1, b"hi") == (1, b"hi")
    assert repr(Numbered(1, 7, b"hi")) == "Numbered(type=1, id=7, payload=b'hi')"
    assert type(TypedMessages().feed(b"\0\0\0\2\1hi")[0]) is Typed
    assert type(NumberedMessages().feed(bytes(9))[0]) is Numbered


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_what_recv_and_recv_into_give_is_taken_and_not_kept(kind):
    buffer = bytearray(b"\0\0\0\2hi\0\0")
    decoder = LengthPrefixed()
    messages = decoder.feed(kind(buffer))
    buffer[:] = b"XXXXXXXX"
    assert messages == [b"hi"] and type(messages[0]) is bytes and decoder.unfinished == b"\0\0"
    assert LengthPrefixed().encode(kind(b"hi")) == b"\0\0\0\2hi"


def test_bytes_not_in_the_encoding_may_be_replaced():
    assert Lines(encoding="utf-8", errors="replace").feed(b"a\xffb\n") == ["a\ufffdb"]


def test_the_docstring_names_all_that_is_public():
    for name in set(framing.__all__):
        assert name in framing.__doc__
