"""What holds for every stream: any cut gives the same messages, what is encoded comes back, an end is no cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.framing import CutMessage, FramingError, LengthPrefixed, Lines, NumberedMessages, TypedMessages

MOST = 40
SIZES, ORDERS = st.sampled_from([1, 2, 4, 8]), st.sampled_from(["big", "little"])
PAYLOADS = st.binary(max_size=MOST)


@st.composite
def framings(draw):
    """A function that makes decoders all alike, and a strategy for their messages."""
    kind = draw(st.sampled_from([Lines, LengthPrefixed, TypedMessages, NumberedMessages]))
    if kind is Lines:
        delimiter = draw(st.sampled_from([b"\n", b"\r\n", b"aa", b"aba", b"\0\0\0", "§".encode()]))
        encoding = draw(st.sampled_from([None, "utf-8"]))
        options = dict(delimiter=delimiter, encoding=encoding)
        some = st.text(alphabet="ab\r\n\0é日🙂", max_size=MOST // 4)
        messages = (some if encoding else some.map(str.encode) | PAYLOADS).filter(fits(options))
    elif kind is LengthPrefixed:
        options = dict(length_size=draw(SIZES), byteorder=draw(ORDERS), includes_itself=draw(st.booleans()))
        messages = PAYLOADS
    elif kind is TypedMessages:
        type_size = draw(SIZES)
        options = dict(length_size=draw(SIZES), type_size=type_size, byteorder=draw(ORDERS))
        options |= dict(includes_itself=draw(st.booleans()), includes_type=draw(st.booleans()))
        messages = st.tuples(st.integers(0, 256**type_size - 1), PAYLOADS)
    else:
        options = dict(byteorder=draw(ORDERS))
        messages = st.tuples(st.integers(0, 255), st.integers(0, 2**32 - 1), PAYLOADS)
    return lambda: kind(**options, max_size=MOST), messages


def fits(options):
    """Can this line be framed, with the delimiter nowhere inside?"""

    def judge(line):
        try:
            Lines(**options).encode(line)
        except ValueError:
            return False
        return True

    return judge


@st.composite
def streams(draw):
    """A function that makes decoders, messages, and their bytes."""
    make, messages = draw(framings())
    chosen = draw(st.lists(messages, max_size=5))
    return make, chosen, [make().encode(message) for message in chosen]


def cuts(size):
    return st.lists(st.integers(0, size), max_size=12).map(sorted)


def outcome(decoder, stream, places=()):
    """The messages that come out of a stream cut at these places, and what it fails with at last."""
    messages = []
    try:
        for start, end in pairwise((0, *places, len(stream))):
            messages += decoder.feed(stream[start:end])
        decoder.eof()
    except FramingError as error:
        return messages + error.messages, type(error), str(error), error.__dict__ | {"messages": ()}
    return messages, None


@given(streams(), st.data())
def test_what_is_encoded_comes_out_however_it_is_cut(given_stream, data):
    make, messages, parts = given_stream
    stream = b"".join(parts)
    assert outcome(make(), stream, data.draw(cuts(len(stream)))) == (messages, None)


@given(streams(), st.data())
def test_a_stream_that_ends_inside_a_message_is_told_so(given_stream, data):
    make, messages, parts = given_stream
    stream = b"".join(parts)
    end = data.draw(st.integers(0, len(stream)))
    whole, size = 0, 0
    while whole < len(parts) and size + len(parts[whole]) <= end:
        size += len(parts[whole])
        whole += 1
    found = outcome(make(), stream[:end], data.draw(cuts(end)))
    if size == end:
        assert found == (messages[:whole], None)
    else:
        kept, kind, _, facts = found
        assert (kept, kind, facts["partial"]) == (messages[:whole], CutMessage, stream[size:end])
        if (expected := facts["expected"]) is not None:
            assert len(facts["partial"]) < expected <= len(parts[whole])


@given(framings(), st.binary(max_size=200), st.data())
def test_any_bytes_give_the_same_messages_and_the_same_error_however_they_are_cut(framing, stream, data):
    make, _ = framing
    assert outcome(make(), stream, data.draw(cuts(len(stream)))) == outcome(make(), stream)


@given(framings(), st.data())
def test_a_hostile_length_is_refused_as_soon_as_its_header_is_there(framing, data):
    make, _ = framing
    decoder = make()
    if isinstance(decoder, Lines):
        stream = b"x" * (MOST + len(decoder.delimiter))
    else:
        length = data.draw(st.integers(MOST + 17, 256**decoder._length_size - 1))
        fields = [length if name == "length" else 0 for name in decoder._fields]
        stream = decoder._header.pack(*fields)
    assert decoder.feed(stream[:-1]) == []
    with pytest.raises(FramingError):
        decoder.feed(stream[-1:])


@given(framings(), st.binary(max_size=200))
def test_what_was_read_can_be_written_and_read_again(framing, stream):
    make, _ = framing
    messages = outcome(make(), stream)[0]
    again = b"".join(map(make().encode, messages))
    assert outcome(make(), again) == (messages, None)
