"""The torture test: wrong decoders and the smallest split that shows it, right ones, and what learners' code may do."""

from __future__ import annotations

import re
import select
import threading
import tracemalloc

import pytest
from left import no_threads_left

from labkit.framing import LengthPrefixed, Lines, NumberedMessages, Typed, TypedMessages
from labkit.running.threads import Stoppable
from labkit.torture import reading, torture
from labkit.torture.runner import PAUSE_S
from labkit.torture.verdict import DRAWN, brief, difference, same

WORDS = [b"hello", b"", b"w\xc3\xb6rld"]
line, prefixed = Lines().encode, LengthPrefixed().encode


# -- right decoders ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decoder", "messages"),
    [
        (Lines, WORDS),
        (lambda: Lines(b"\r\n", encoding="utf-8"), ["café", "", "日本"]),
        (LengthPrefixed, WORDS),
        (TypedMessages, [(1, b"hi"), (2, b"")]),
        (NumberedMessages, [(1, 7, b"hi"), (2, 8, b"")]),
        (LengthPrefixed, [b"x" * 300] * 30),
        (Lines, []),
    ],
)
def test_our_own_decoders_pass(decoder, messages):
    result = torture(decoder, messages)
    assert result and result.ok and result.problem == "" and result.cuts == ()
    assert list(result._repr_mimebundle_()) == ["text/plain"]


def test_what_was_tried_is_said():
    assert repr(torture(LengthPrefixed, WORDS)) == (
        "✓ 3 messages in 23 bytes came out right, however the bytes were cut\n"
        "  tried: at once, all 22 with one cut, all 231 with two cuts, byte by byte, 100 at random (seed 0), "
        "ended after each message"
    )
    assert "20 of 99,999 with" not in torture(Lines, [b"x" * 10], seed=3).text


# -- wrong ones ----------------------------------------------------------------------------------------------


class Buffered:
    def __init__(self):
        self.buffer = b""


class OneMessageAFeed(Buffered):
    def feed(self, data):
        self.buffer += data
        if b"\n" not in self.buffer:
            return []
        first, _, self.buffer = self.buffer.partition(b"\n")
        return [first]


class NoBuffer:
    def feed(self, data):
        return data.split(b"\n")[:-1]


class HeaderInOnePiece(Buffered):
    def feed(self, data):
        if not self.buffer and len(data) < 4:
            return []
        self.buffer += data
        found = []
        while len(self.buffer) >= 4 + (size := int.from_bytes(self.buffer[:4], "big")):
            found.append(self.buffer[4 : 4 + size])
            self.buffer = self.buffer[4 + size :]
        return found


class DecodesPieces(Buffered):
    def __init__(self):
        self.text = ""

    def feed(self, data):
        self.text += data.decode()
        *lines, self.text = self.text.split("\n")
        return lines


class DelimiterInOnePiece(Buffered):
    def feed(self, data):
        self.buffer += data
        if data.startswith(b"\n") and len(self.buffer) > 1:
            self.buffer = self.buffer[:-1]
        *lines, self.buffer = self.buffer.split(b"\r\n")
        return lines


class DropsTheLast(Buffered):
    def feed(self, data):
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        return lines if self.buffer or len(lines) != 1 else []


class GivesTooMany(Buffered):
    def feed(self, data):
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        return [*lines, b""]


class TwoCutsOnly(Buffered):
    """Wrong only if a header comes in three pieces."""

    def feed(self, data):
        self.parts = getattr(self, "parts", 0) + (len(self.buffer) < 4)
        if self.parts > 2 and len(self.buffer) < 4:
            self.buffer = b""
        self.buffer += data
        found = []
        while len(self.buffer) >= 4 + (size := int.from_bytes(self.buffer[:4], "big")):
            found.append(self.buffer[4 : 4 + size])
            self.buffer, self.parts = self.buffer[4 + size :], 0
        return found


crlf = Lines(b"\r\n").encode


@pytest.mark.parametrize(
    ("decoder", "messages", "encode", "cut", "problem"),
    [
        (OneMessageAFeed, WORDS, line, [b"hello\n\n"], "1 of 2 messages came out; the next should be b''"),
        (NoBuffer, WORDS, line, [b"h", b"ello\n"], "message 1 should be b'hello', not b'ello'"),
        (HeaderInOnePiece, WORDS, prefixed, [b"\0", b"\0\0\5hello"], "0 of 1 message came out"),
        (DecodesPieces, ["é"], lambda text: f"{text}\n".encode(), [b"\xc3", b"\xa9\n"], "UnicodeDecodeError"),
        (DelimiterInOnePiece, WORDS, crlf, [b"hello\r", b"\n"], "the next should be b'hello'"),
        (DropsTheLast, WORDS, line, [b"w\xc3\xb6rld\n"], "0 of 1 message came out"),
        (GivesTooMany, WORDS, line, [b"w\xc3\xb6rld\n"], "one message too many came out: b''"),
        (TwoCutsOnly, WORDS, prefixed, [b"\0", b"\0", b"\0\5hello"], "should be b'hello'"),
    ],
)
def test_the_smallest_failing_split_of_a_wrong_decoder(decoder, messages, encode, cut, problem):
    result = torture(decoder, messages, encode=encode)
    assert not result and result.pieces == tuple(cut) and problem in result.problem
    assert len(result.cuts) == len(cut) - 1 and b"".join(result.parts) == b"".join(cut)
    assert result == torture(decoder, messages, encode=encode)


def test_a_failure_far_inside_a_long_stream_is_made_small():
    messages = [b"y" * 9000, b"x" * 50] * 100
    result = torture(DelimiterInOnePiece, messages, encode=crlf, seconds=60)
    assert result.expected in ([b"x" * 50], [b"y" * 9000]) and result.cuts == (len(result.expected[0]) + 1,)
    assert result.text.startswith(
        f"✗ fails with {len(result.expected[0]) + 2:,} bytes in 2 pieces, cut after byte"
    )
    assert "near every message's end" in result.text


def test_the_text_of_a_failure():
    assert repr(torture(NoBuffer, WORDS, encode=line)) == (
        "✗ fails with 6 bytes in 2 pieces, cut after byte 1\n"
        "  fed       b'h' | b'ello\\n'\n"
        "  expected  [b'hello']\n"
        "  came out  [b'ello']\n"
        "  message 1 should be b'hello', not b'ello'\n"
        "  tried until then: at once, 1 of 13 with one cut"
    )


def test_the_picture_of_a_failure_says_the_same_and_is_the_same_each_time():
    result = torture(NoBuffer, [b"<b>&"], encode=line)
    html = result._repr_mimebundle_()["text/html"]
    assert html == torture(NoBuffer, [b"<b>&"], encode=line)._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;&amp;" in html and "<b>" not in html
    assert "fails with 5 bytes in 2 pieces" in html and "<svg" in html
    assert result.picture.pieces("feed") == list(result.pieces)
    assert result.picture.pieces("message") == list(result.parts)


def test_a_stream_too_long_to_draw_is_told_without_a_picture():
    class Wrong:
        def feed(self, data):
            return []

    result = torture(Wrong, [b"x" * 10_000], encode=line)
    html = result._repr_mimebundle_()["text/html"]
    assert result.size > DRAWN[0] and "<svg" not in html and len(html) < 5_000 and len(result.text) < 1_000


# -- what learners' code may do ------------------------------------------------------------------------------


def decoder_of(function):
    """A class whose feed is this function of the bytes."""
    return type("Decoder", (), {"feed": lambda self, data: function(data)})


@pytest.mark.parametrize(
    ("feed", "problem"),
    [
        (lambda data: None, "returned None; it should return a list of messages, [] while none is whole"),
        (lambda data: data, "returned b'hello\\n'; it should return a list"),
        (lambda data: 5, "feed(b'hello\\n') raised TypeError: 'int' object is not iterable"),
        (lambda data: 1 / 0, "raised ZeroDivisionError: division by zero, at line "),
        (lambda data: exit(3), "raised SystemExit: 3"),
        (lambda data: iter(lambda: b"hello", None), "one message too many came out: b'hello'"),
    ],
)
def test_what_feed_gives_and_raises_is_told(feed, problem):
    result = torture(decoder_of(feed), [b"hello"], encode=line)
    assert not result and problem in result.problem


def test_a_message_that_waits_for_the_next_one_is_found():
    class Late:
        held = b""

        def feed(self, data):
            self.held, found = self.held + data, []
            while len(self.held) > 4 and len(self.held) >= (end := 4 + int.from_bytes(self.held[:4], "big")):
                found.append(self.held[4:end])
                self.held = self.held[end:]
            return found

    result = torture(Late, [b"hello", b"", b"x"], encode=prefixed)
    assert (result.ok, result.cuts, result.expected, result.got) == (False, (), [b""], [])
    assert "ended after each message" in result.text


HUGE = 50_000_000


@pytest.mark.parametrize(
    "given",
    [lambda: bytearray(HUGE), lambda: [bytearray(HUGE)], lambda: [(1, bytes(HUGE))]],
    ids=["bytes", "a list of them", "a pair"],
)
def test_bytes_that_fill_the_memory_are_not_told_in_full(given):
    result = torture(decoder_of(lambda data: given()), [b"hello"], encode=line)
    tracemalloc.start()
    try:
        told = result.problem + result.text + result._repr_mimebundle_()["text/html"]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not result and "..." in told and most < 1_000_000


@pytest.mark.parametrize("room", [10, 60, 100])
@pytest.mark.parametrize(
    "value",
    [
        b"x" * 98,
        b"\0" * 500,
        bytearray(98),
        "ab" * 60,
        [b"x" * 200, b"y"],
        [1] * 300,
        (b"a" * 300,),
        [Typed(1, b"z" * 300)],
        {1: b"x" * 300, 2: None},
        [[]] * 40,
        [],
        (1,),
        5,
        None,
    ],
)
def test_what_is_brief_is_the_beginning_of_the_whole(value, room):
    whole = repr(value)
    assert brief(value, room) == (whole if len(whole) <= room else whole[: room - 3] + "...")


def test_a_decoder_that_cannot_be_made_is_told():
    class Decoder:
        def __init__(self):
            raise OSError("no")

    assert torture(Decoder, [b"a"], encode=line).problem.startswith(
        "making a decoder raised OSError: no, at line"
    )
    assert "no attribute 'feed'" in torture(dict, [b"a"], encode=line).problem


def test_an_endless_loop_ends_and_its_line_is_named():
    class Endless:
        def feed(self, data):
            while len(data) < 4:
                pass
            return [b"hello"]

    with no_threads_left():
        result = torture(Endless, [b"hello"], encode=line, seconds=1)
    assert result.pieces == (b"h", b"ello\n")
    assert re.search(r"was still at work after 1 s, at line \d+ of feed: `", result.problem)


def test_torture_that_is_interrupted_leaves_nothing_running():
    looping = threading.Event()

    class Endless:
        def feed(self, data):
            looping.set()
            while True:
                pass

    with no_threads_left():
        checker = Stoppable(lambda: torture(Endless, [b"hello"], encode=line, seconds=60), "a check")
        checker.start()
        assert looping.wait(60)
        checker.interrupt()
        checker.join(60)
        assert not checker.is_alive()


def test_a_decoder_that_will_not_be_stopped_is_told(monkeypatch):
    monkeypatch.setattr("labkit.torture.runner.PATIENCE", 3)
    let_go = threading.Event()

    class Stubborn:
        def feed(self, data):
            while not let_go.is_set():
                try:
                    let_go.wait(0.01)
                except BaseException:
                    continue
            return []

    before = set(threading.enumerate())
    try:
        result = torture(Stubborn, [b"hello"], encode=line, seconds=0.1)
        assert "runs on: restart the kernel" in result.problem
    finally:
        let_go.set()
        for thread in set(threading.enumerate()) - before:
            thread.join(60)


def test_a_thread_that_is_slow_to_end_is_waited_for(monkeypatch):
    """As where another has the processor when it has done its work, and all that is left are its last steps."""

    class Slow(Stoppable):
        def run(self):
            super().run()
            select.select([], [], [], 4 * PAUSE_S)

    monkeypatch.setattr("labkit.torture.runner.Stoppable", Slow)
    with no_threads_left():
        assert torture(Lines, [b"hello"])


class InTheClass:
    buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        *lines, rest = bytes(self.buffer).split(b"\n")
        self.buffer[:] = rest
        return lines


class AsADefault:
    def __init__(self, found=[]):  # noqa: B006 (the fault that this is about)
        self.buffer, self.found = b"", found

    def feed(self, data):
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        self.found += lines
        return lines if len(self.found) <= 1 else list(self.found)


@pytest.mark.parametrize("decoder", [InTheClass, AsADefault])
def test_state_that_decoders_share_is_found(decoder):
    result = torture(decoder, [b"hello"], encode=line)
    assert not result and "a new decoder knows what another one was fed" in result.problem
    InTheClass.buffer.clear()


def test_a_decoder_of_chance_is_told():
    fails = iter([False, True] + [False] * 100)

    def feed(data):
        return [b"a"] * (data.endswith(b"\n") and not next(fails))

    assert "does it use chance?" in torture(decoder_of(feed), [b"a"], stream=b"a\n").problem


def test_prints_do_not_end_in_the_cell(capsys):
    class Prints(OneMessageAFeed):
        def feed(self, data):
            print("got", data)
            return super().feed(data)

    torture(Prints, WORDS, encode=line)
    assert capsys.readouterr().out == ""


# -- functions that receive ----------------------------------------------------------------------------------


def recv_exactly(sock, size):
    data = b""
    while len(data) < size:
        data += sock.recv(size - len(data))
    return data


def read_message(sock):
    return recv_exactly(sock, int.from_bytes(recv_exactly(sock, 4), "big"))


def into_buffer(sock):
    size = int.from_bytes(recv_exactly(sock, 4), "big")
    buffer = bytearray(size)
    got = 0
    while got < size:
        got += sock.recv_into(memoryview(buffer)[got:])
    return bytes(buffer)


def trusts_recv(sock):
    return sock.recv(int.from_bytes(sock.recv(4), "big"))


def reads_too_much(sock):
    return sock.recv(1024)[4:]


@pytest.mark.parametrize("read", [read_message, into_buffer])
def test_a_function_that_reads_messages_passes(read):
    assert torture(reading(read), WORDS, encode=prefixed)


@pytest.mark.parametrize(
    ("read", "cut", "problem"),
    [
        (trusts_recv, [b"\0", b"\0\0\5hello"], "trusts_recv(sock) left 8 of the bytes unread"),
        (
            reads_too_much,
            [b"\0\0\0\5hello\0\0\0\0"],
            "recv() after the last byte: on a connection it would wait",
        ),
        (lambda sock: read_message(sock)[:2], [b"\0\0\0\6w\xc3\xb6rld"], "should be b'w\\xc3\\xb6rld'"),
    ],
)
def test_a_function_that_reads_wrongly_fails(read, cut, problem):
    result = torture(reading(read), WORDS, encode=prefixed)
    assert result.pieces == tuple(cut) and problem in result.problem


# -- called wrongly ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: torture(Lines(), WORDS), TypeError, "a new decoder for each split (got <Lines"),
        (lambda: torture(Lines(), WORDS), TypeError, "give the class: Lines"),
        (
            lambda: torture(OneMessageAFeed, WORDS),
            ValueError,
            "does not know the messages' bytes: give encode=",
        ),
        (lambda: torture(reading(read_message), WORDS), ValueError, "give encode="),
        (lambda: torture(Lines, WORDS, encode=line, stream=b""), ValueError, "not both"),
        (
            lambda: torture(Lines, WORDS, stream="text"),
            TypeError,
            "stream is the bytes of all messages (got 'text')",
        ),
        (lambda: torture(Lines, ["a"], encode=str), TypeError, "encode('a') should give the message's bytes"),
        (lambda: torture(Lines, [b""], encode=lambda _: b""), TypeError, "(gave b'')"),
        (lambda: reading(b"x"), TypeError, "takes your function that reads one message (got b'x')"),
    ],
)
def test_a_wrong_call_says_what_to_write(call, kind, words):
    with pytest.raises(kind, match=re.escape(words)):
        call()


class Odd:
    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


def test_comparing_messages_never_raises():
    assert not same([Odd()], [b"a"])
    assert same([bytearray(b"a"), (1, b"")], [b"a", (1, b"")])
    assert difference([b"a"], [Odd()]).startswith("message 1 should be b'a', not <")
