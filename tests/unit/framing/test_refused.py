"""What decoders and encoders refuse: in which words, what they keep, and that they stay failed."""

from __future__ import annotations

import copy
import pickle
import re
from functools import partial

import pytest

from labkit.framing import (
    MAX_SIZE,
    CutMessage,
    FramingError,
    LengthPrefixed,
    Lines,
    MessageTooLong,
    NumberedMessages,
    TypedMessages,
)

UTF8, LITTLE, ITSELF = dict(encoding="utf-8"), dict(byteorder="little"), dict(includes_itself=True)
GIB_4 = b"\xff\xff\xff\xff"
SHORT = dict(max_size=4)

REFUSED = [  # (what makes a decoder, stream, messages before, error, words)
    (partial(Lines, **SHORT), b"abcd\nabcde\n", [b"abcd"], MessageTooLong, "a line of more than 4 bytes"),
    (
        partial(Lines, **SHORT),
        b"ab\nabcde",
        [b"ab"],
        MessageTooLong,
        "does the peer end its lines with another",
    ),
    (partial(Lines, b"\r\n", **SHORT), b"ab\r\nabcde\r", [b"ab"], MessageTooLong, r"b'\\r\\n'"),
    (
        partial(Lines, **UTF8),
        b"ab\n\xff\ncd\n",
        ["ab"],
        FramingError,
        r"b'\\xff' is not utf-8: b'\\xff' at byte 0",
    ),
    (partial(Lines, **UTF8), b"\xc3\n", [], FramingError, "do both ends use the same encoding"),
    (partial(Lines, **UTF8, **SHORT), b"ok\n\xff\nabcde\n", ["ok"], FramingError, "is not utf-8"),
    (
        partial(LengthPrefixed, **SHORT),
        b"\0\0\0\2hi\0\0\0\5hello",
        [b"hi"],
        MessageTooLong,
        "says that 5 bytes follow",
    ),
    (
        partial(
            LengthPrefixed,
        ),
        b"\0\0\0\1a" + GIB_4,
        [b"a"],
        MessageTooLong,
        "4,294,967,295 bytes .* 1,048,576 are",
    ),
    (partial(LengthPrefixed, 8), bytes(8) + 2 * GIB_4, [b""], MessageTooLong, "18,446,744,073,709,551,615"),
    (
        partial(
            LengthPrefixed,
        ),
        b"\5\0\0\0",
        [],
        MessageTooLong,
        "in little-endian order it would be 5: do both ends",
    ),
    (
        partial(LengthPrefixed, **LITTLE),
        b"\0\0\0\5",
        [],
        MessageTooLong,
        "in big-endian order it would be 5: do both",
    ),
    (
        partial(
            LengthPrefixed,
        ),
        b"GET / HTTP/1.1\r\n",
        [],
        MessageTooLong,
        "the text b'GET ': does the peer speak",
    ),
    (partial(LengthPrefixed, 1, **SHORT), b"\5", [], MessageTooLong, "hostile or confused"),
    (
        partial(LengthPrefixed, **ITSELF),
        b"\0\0\0\4\0\0\0\3",
        [b""],
        FramingError,
        "length 3, but .* counts 4 bytes",
    ),
    (
        partial(TypedMessages, includes_type=True),
        bytes(5),
        [],
        FramingError,
        "length 0, but .* counts 1 byte",
    ),
    (
        partial(
            TypedMessages,
        ),
        b"\0\0\0\0\1" + GIB_4 + b"\1",
        [(1, b"")],
        MessageTooLong,
        "4,294,967,295",
    ),
    (
        partial(
            NumberedMessages,
        ),
        bytes(14) + GIB_4,
        [(0, 0, b"")],
        MessageTooLong,
        "4,294,967,295",
    ),
]


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


@pytest.mark.parametrize(
    ("make", "stream", "before", "kind", "words"), REFUSED, ids=map(str, range(len(REFUSED)))
)
def test_a_bad_message_is_refused_and_those_before_it_kept(make, stream, before, kind, words):
    at_once = make()
    with pytest.raises(FramingError, match=words) as caught:
        at_once.feed(stream)
    assert type(caught.value) is kind and caught.value.messages == before
    for cut in range(1, len(stream)):
        messages, error = outcome(make(), stream[:cut], stream[cut:])
        assert (messages, type(error), str(error)) == (before, kind, str(caught.value))


@pytest.mark.parametrize(
    ("make", "stream", "before", "kind", "words"), REFUSED, ids=map(str, range(len(REFUSED)))
)
def test_a_decoder_that_has_failed_stays_so_and_says_so(make, stream, before, kind, words):
    decoder = make()
    with pytest.raises(FramingError):
        decoder.feed(stream)
    assert type(decoder.failed) is kind and decoder.failed.__traceback__ is None
    assert decoder.unfinished == b"" and f"failed, {decoder.failed}" in repr(decoder)
    for again in (lambda: decoder.feed(b""), lambda: decoder.feed(b"\0" * 100), decoder.eof):
        with pytest.raises(kind, match=f"the decoder has failed and reads no more .*{words}") as caught:
            again()
        assert caught.value.messages == []
        if kind is MessageTooLong:
            assert caught.value.max_size == decoder.failed.max_size


@pytest.mark.parametrize(
    ("make", "stream", "partial_", "expected", "words"),
    [
        (
            partial(
                Lines,
            ),
            b"ab\ncd",
            b"cd",
            None,
            r"after 2 bytes of a line, before its delimiter b'\\n'",
        ),
        (partial(Lines, b"\r\n"), b"ab\r", b"ab\r", None, "after 3 bytes of a line"),
        (
            partial(
                LengthPrefixed,
            ),
            b"\0\0",
            b"\0\0",
            4,
            "after 2 of the 4 bytes of a header",
        ),
        (
            partial(
                LengthPrefixed,
            ),
            b"\0\0\0\5he",
            b"\0\0\0\5he",
            9,
            "after 2 of the 5 bytes of a payload",
        ),
        (
            partial(LengthPrefixed, **ITSELF),
            b"\0\0\0\5",
            b"\0\0\0\5",
            5,
            "after 0 of the 1 bytes of a payload",
        ),
        (
            partial(
                NumberedMessages,
            ),
            bytes(17),
            bytes(8),
            9,
            "after 8 of the 9 bytes of a header",
        ),
    ],
)
def test_a_cut_message_says_how_much_there_was_and_should_have_been(make, stream, partial_, expected, words):
    decoder = make()
    decoder.feed(stream)
    with pytest.raises(CutMessage, match=words) as caught:
        decoder.eof()
    assert (caught.value.partial, caught.value.expected) == (partial_, expected)
    with pytest.raises(EOFError, match="has failed"):
        decoder.feed(b"more")


def test_after_a_clean_end_nothing_is_taken_any_more():
    decoder = Lines()
    decoder.feed(b"hello\n")
    decoder.eof()
    decoder.eof()
    assert repr(decoder) == "<Lines: ended>"
    with pytest.raises(ValueError, match="a new connection needs a new decoder"):
        decoder.feed(b"more\n")


def test_a_size_at_the_limit_passes_and_one_byte_more_does_not():
    for decoder in (Lines(**SHORT), LengthPrefixed(**SHORT)):
        assert decoder.feed(decoder.encode(b"four")) == [b"four"]
        with pytest.raises(
            MessageTooLong, match=r"has 5 bytes; at most 4 are accepted \(max_size\)"
        ) as caught:
            decoder.encode(b"fives")
        assert (caught.value.length, caught.value.max_size) == (5, 4)
    with pytest.raises(MessageTooLong, match="256 bytes; at most 255 are accepted by a 1-byte length"):
        LengthPrefixed(1).encode(bytes(256))
    with pytest.raises(MessageTooLong, match=r"at most 254 .* by a 1-byte length"):
        LengthPrefixed(1, **ITSELF).encode(bytes(255))
    assert MAX_SIZE == 1_048_576


@pytest.mark.parametrize(
    ("make", "message", "words"),
    [
        (
            partial(
                Lines,
            ),
            b"a\nb",
            "delimiter b'\\n' inside, at byte 1: the receiver would read two",
        ),
        (partial(Lines, b"aa"), b"ba", "delimiter b'aa' inside, at byte 1"),
        (partial(Lines, **UTF8), "a\nb", "inside"),
        (
            partial(
                TypedMessages,
            ),
            (256, b""),
            "type is a whole number from 0 to 255 (got 256)",
        ),
        (
            partial(
                TypedMessages,
            ),
            (-1, b""),
            "(got -1)",
        ),
        (
            partial(
                TypedMessages,
            ),
            ("1", b""),
            "(got '1')",
        ),
        (
            partial(
                TypedMessages,
            ),
            b"hi",
            "encode() takes a Typed(type, payload), or a tuple of the same (got b'hi')",
        ),
        (
            partial(
                NumberedMessages,
            ),
            (1, b""),
            "Numbered(type, id, payload)",
        ),
        (
            partial(
                NumberedMessages,
            ),
            (1, 2**32, b""),
            "id is a whole number from 0 to 4,294,967,295",
        ),
    ],
)
def test_what_cannot_be_framed_is_refused(make, message, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        make().encode(message)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: Lines().feed("text"),
            "feed() takes bytes as recv() gives them (got 'text'); encode the text",
        ),
        (lambda: Lines().feed(5), "(got 5)"),
        (lambda: Lines().feed(None), "(got None)"),
        (lambda: Lines().encode("text"), "takes a line as bytes, unless Lines() is given an encoding"),
        (lambda: Lines(**UTF8).encode(b"text"), "takes a line as str, as Lines() has an encoding"),
        (lambda: LengthPrefixed().encode("text"), "a payload as bytes (got 'text'); encode the text first"),
        (lambda: LengthPrefixed().encode(5), "a payload as bytes (got 5)"),
    ],
)
def test_what_is_not_bytes_is_refused(call, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Lines(b""), "delimiter is one byte or more"),
        (lambda: Lines("\n"), "such as b'\\n' (got '\\n')"),
        (lambda: Lines(encoding="utf-16"), "the bytes of a delimiter may be part of a character"),
        (lambda: Lines(encoding="gbk"), "in gbk the bytes"),
        (lambda: Lines(encoding="uft-8"), "unknown encoding: uft-8; write encoding='utf-8'"),
        (lambda: Lines(encoding="rot13"), "not one for text"),
        (lambda: Lines(b"\xa9", **UTF8), "the delimiter b'\\xa9' is no text in utf-8"),
        (lambda: Lines(max_size=0), "1 or more (got 0)"),
        (lambda: Lines(max_size=None), "(got None); no limit would let a peer fill the memory"),
        (lambda: LengthPrefixed(3), "length_size is 1, 2, 4 or 8 bytes (got 3)"),
        (lambda: LengthPrefixed(True), "(got True)"),
        (lambda: LengthPrefixed(byteorder="network"), "byteorder is 'big' (the network's) or 'little'"),
        (lambda: TypedMessages(type_size=0), "type_size is 1, 2, 4 or 8"),
        (lambda: NumberedMessages(max_size=1.5), "(got 1.5)"),
    ],
)
def test_a_decoder_that_cannot_work_is_not_made(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


def test_errors_can_be_copied_and_pickled():
    decoder = LengthPrefixed(**SHORT)
    with pytest.raises(MessageTooLong) as caught:
        decoder.feed(b"\0\0\0\1a\0\0\0\5")
    for error in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert (str(error), vars(error)) == (str(caught.value), vars(caught.value))
        assert (error.messages, error.length, error.max_size) == ([b"a"], 5, 4)
