"""The byte stream viewer without a browser: cuts, what decoders make of them, verdicts, the worst cut, bounds."""

from __future__ import annotations

import _thread
import struct
import threading

import pytest
from left import no_threads_left

from labkit.framing import LengthPrefixed, Lines
from labkit.panels import stream_viewer
from labkit.panels.stream.cuts import cuts_of, pieces_of
from labkit.panels.stream.facts import answer_of, arrived, facts_of
from labkit.panels.stream.steps import Reading, Way, held_by, wanted_of
from labkit.panels.stream.ways import KNOWN, ways_of
from labkit.pictures.bytestream import byte_stream

TEXT = "Zoë\n5 €\n".encode()


def frame(payload: bytes) -> bytes:
    return struct.pack("!I", len(payload)) + payload


class Own:
    def __init__(self):
        self.held = b""

    def feed(self, data):
        *lines, self.held = (self.held + data).split(b"\n")
        return lines


class Fast:
    """The decoder of the lesson framing that forgets the beginning of a header that comes in three pieces."""

    def __init__(self):
        self.header, self.body, self.size = b"", b"", None

    def feed(self, data):
        messages = []
        while data:
            if self.size is None:
                missing = 4 - len(self.header)
                if len(data) < missing:
                    self.header = data
                    break
                self.size = int.from_bytes(self.header + data[:missing], "big")
                data = data[missing:]
            missing = self.size - len(self.body)
            self.body, data = self.body + data[:missing], data[missing:]
            if len(self.body) == self.size:
                messages.append(self.body)
                self.header, self.body, self.size = b"", b"", None
        return messages


def read(decoder, data=TEXT, cuts=(), **how) -> Reading:
    return stream_viewer(data, decoder, cuts=cuts, **how).read()[0]


# --- boundaries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cuts", "pieces"),
    [((), (b"abcd",)), ((1,), (b"a", b"bcd")), ((1, 2, 3), (b"a", b"b", b"c", b"d"))],
)
def test_cuts_make_pieces(cuts, pieces):
    assert pieces_of(b"abcd", cuts) == pieces


def test_cuts_are_put_in_order_and_held_to_the_stream():
    assert cuts_of(9, [5, 2, 5]) == (2, 5)
    for wrong in ([0], [9], [-1], ["a"], 3):
        with pytest.raises(ValueError, match=r"ends?"):
            cuts_of(9, wrong)


def test_a_stream_is_cut_as_it_arrived_where_nobody_says_otherwise():
    assert stream_viewer(byte_stream(sends=[b"abcdef"], recvs=[b"ab", b"cdef"]), "bytes.decode").cuts == (2,)
    assert stream_viewer(byte_stream(sends=[b"abcdef"], recvs=[b"ab", b"cd"]), "bytes.decode").cuts == (2, 4)
    assert stream_viewer([b"abc", b"def"]).cuts == ()
    assert stream_viewer([b"abc", b"def"], cuts=[4]).stream.recvs == [b"abcd", b"ef"]


def test_a_long_stream_is_refused_with_what_to_do():
    assert stream_viewer(bytes(200)).cuts == ()
    with pytest.raises(ValueError, match=r"200 at most \(this stream has 201\); give it the beginning"):
        stream_viewer(bytes(201))
    with pytest.raises(TypeError, match="byte_stream draws a trace"):
        stream_viewer(3)


# --- what a decoder makes of it ---------------------------------------------------------------------------


def test_each_recv_is_a_step():
    reading = read(Lines, cuts=(3, 6))
    assert [(step.recv, step.fed, step.out, step.held, step.error) for step in reading.steps] == [
        ("recv 1", r"b'Zo\xc3'", (), r"b'Zo\xc3'", ""),
        ("recv 2", r"b'\xab\n5'", (r"b'Zo\xc3\xab'",), "b'5'", ""),
        ("recv 3", r"b' \xe2\x82\xac\n'", (r"b'5 \xe2\x82\xac'",), "", ""),
    ]
    assert (reading.right, reading.verdict) == (True, "right: 2 messages, as when all comes at once")


@pytest.mark.parametrize(
    ("decoder", "data", "cuts", "right", "said"),
    [
        ("one recv is one message", [b"ab", b"cd"], (2,), True, "2 messages, each as it was sent"),
        ("one recv is one message", [b"ab", b"cd"], (), False, "message 1 should be b'ab', not b'abcd'"),
        ("recv(4), then recv(size)", frame(b"abc") + frame(b""), (), True, "2 messages"),
        (
            "recv(4), then recv(size)",
            frame(b"abc") + frame(b"d"),
            (5,),
            False,
            "message 1 should be b'abc', not b'a'",
        ),
        ("recv(4), then recv(size)", frame(b"abc"), (5,), False, "not b'a'; it stops at recv 2"),
        ("recv(4), then recv(size)", frame(b"abc"), (2,), False, "wrong: it stops at recv 1"),
        ("recv(4), then recv(size)", frame(b"ab"), (4,), True, "1 message"),
        ("bytes.decode", TEXT, (3,), False, "it stops at recv 1"),
        ("bytes.decode", TEXT, (5,), True, "the whole text"),
        ("incremental UTF-8", TEXT, (1, 2, 3, 4, 5, 6, 7, 8, 9), True, "the whole text"),
        ("incremental UTF-8", b"a\xff", (), False, "this stream is no UTF-8"),
        (Lines, b"one\ntwo", (), False, "the stream ended after 3 bytes of a line"),
        (LengthPrefixed, b"GET / HTTP", (), False, "even all at once: MessageTooLong"),
        (Fast, frame(b"hello"), (2,), True, "1 message"),
        (Fast, frame(b"hello"), (1, 2), False, "0 of 1 message came out"),
    ],
)
def test_the_verdict(decoder, data, cuts, right, said):
    reading = read(decoder, data, cuts)
    assert reading.right == right and said in reading.verdict, reading.verdict


def test_a_zero_length_needs_no_bytes():
    # recv(0) returns at once: no further piece has to come for it.
    assert read("recv(4), then recv(size)", frame(b"") + frame(b"x"), (4,)).steps[0].out == ("b''",)


def test_messages_are_what_all_are_held_against():
    assert (
        read(Own, messages=["Zoë".encode(), "5 €".encode()]).verdict
        == "right: 2 messages, all that were sent"
    )
    assert read(Own, messages=[b"Zo"]).verdict == r"wrong: message 1 should be b'Zo', not b'Zo\xc3\xab'"
    with pytest.raises(TypeError, match="messages is a list"):
        stream_viewer(TEXT, Own, messages=b"Zo")


def test_an_error_is_shown_with_what_was_read_before_it_and_the_rest_is_not_read():
    reading = read(lambda: Lines(max_size=3), b"ab\nabcdefg\nx\n", (11,))
    step, rest = reading.rows
    assert step.out == ("b'ab'",) and step.error.startswith("MessageTooLong: a line of more than 3 bytes")
    assert not rest.reached and "not read any more" in rest.line


def test_many_steps_are_gathered():
    rows = read(Own, b"a" * 100 + b"\n" + b"b" * 98 + b"\n", range(1, 200)).rows
    assert [row.recv for row in rows] == ["recv 1 to 100", "recv 101", "recv 102 to 199", "recv 200"]
    rows = read("one recv is one message", bytes(200), range(1, 200)).rows
    assert len(rows) == 16 and rows[12].line == "...  185 rows  → 185 messages"


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"held": b""}, ""),
        ({"held": b"ab", "size": 3}, "b'ab'"),
        ({"header": b"\0", "body": "x"}, r"header b'\x00', body 'x'"),
        ({"unfinished": b"z", "other": b"y"}, "b'z'"),
    ],
)
def test_what_a_decoder_holds(held, said):
    decoder = type("Decoder", (), {})()
    vars(decoder).update(held)
    assert held_by(decoder) == said


def test_what_should_come_out():
    way = Way("x", Own)
    assert wanted_of(way, b"", [], None, None).problem == "even all at once: not read"
    assert wanted_of(way._replace(wants="sends"), b"ab", [b"a", b"b"], None, None).all == [b"a", b"b"]


# --- code that goes wrong ---------------------------------------------------------------------------------


def wrong(feed):
    return type("Wrong", (), {"feed": feed})


def loops(self, data):
    while True:
        pass


def quits(self, data):
    raise SystemExit


def prints(self, data):
    print("fed", data)
    return [data]


@pytest.mark.parametrize(
    ("decoder", "said"),
    [
        (wrong(lambda self, data: 1 / 0), "ZeroDivisionError"),
        (wrong(lambda self, data: None), "feed() returned None; it should return a list of messages"),
        (wrong(lambda self, data: data), "it should return a list of messages"),
        (wrong(quits), "SystemExit"),
        (wrong(lambda data: []), "TypeError"),
        (type("NoFeed", (), {}), "AttributeError"),
        (lambda: 1 / 0, "making it raised ZeroDivisionError"),
    ],
)
def test_what_a_decoder_does_wrong_is_told(decoder, said):
    reading = read(decoder, b"ab", (1,))
    assert not reading.right and said in reading.text


def test_an_endless_decoder_is_stopped_and_others_are_read():
    first, second = stream_viewer(b"a\nb\n", [wrong(loops), Own], cuts=(1,)).read()
    assert "was still at work after 1 s, at line" in first.text and second.right


def test_an_interrupt_while_a_decoder_starts_leaves_no_thread(monkeypatch):
    feeding, start = threading.Event(), threading.Thread.start

    class Endless:
        def feed(self, data):
            feeding.set()
            while True:
                pass

    def interrupted(thread):
        start(thread)
        assert feeding.wait(60)
        _thread.interrupt_main()

    monkeypatch.setattr("labkit.running.call.Stoppable.start", interrupted)
    with no_threads_left(), pytest.raises(KeyboardInterrupt):
        stream_viewer(b"hello", Endless).read()


def test_what_a_decoder_prints_is_shown_with_it(capsys):
    assert "it printed:\n        fed b'ab'" in read(wrong(prints), b"ab").text
    assert capsys.readouterr().out == ""


# --- the worst cut ----------------------------------------------------------------------------------------


def test_the_worst_cut_needs_as_few_cuts_as_possible():
    viewer = stream_viewer(TEXT, ["bytes.decode", Lines])
    assert viewer.readers.worst() == ((3,), "Cut after byte 3: 1 of 2 go wrong (tried: 10 cuts, 45 pairs).")
    cuts, said = stream_viewer([frame(b"hello")], Fast).readers.worst()
    assert cuts == (1, 2) and said.startswith("Cut after byte 1 and byte 2: 1 of 1 go wrong")
    cuts, said = stream_viewer(TEXT, Lines).readers.worst()
    assert cuts is None and said == "No cut makes any of them go wrong (tried: 10 cuts, 45 pairs)."


def test_the_worst_cut_is_one_at_which_a_decoder_does_not_come_back():
    class Stumbles(Own):
        def feed(self, data):
            while len(data) == 3:
                pass
            return super().feed(data)

    cuts, said = stream_viewer(b"abcde\n", Stumbles).readers.worst()
    assert cuts == (3,) and said.startswith("Cut after byte 3: 1 of 1 go wrong")


@pytest.mark.parametrize("seconds", [0.0, 0.01])
def test_a_search_that_is_over_too_early_calls_no_decoder_wrong(monkeypatch, seconds):
    monkeypatch.setattr("labkit.panels.stream.run.SEARCH_S", seconds)
    cuts, said = stream_viewer(TEXT, Own).readers.worst()
    assert cuts is None and said.startswith("No cut makes any of them go wrong")


# --- what the viewer takes and shows ----------------------------------------------------------------------


def test_decoders_are_named_and_may_be_given_alone_or_by_name():
    def names(decoders):
        return [way.name for way in ways_of(decoders, b"x\n")]

    assert names([Lines, Own, lambda: Own(), Lines]) == ["Lines", "Own", "decoder", "Lines (2)"]
    assert names({"mine": Own, "theirs": "bytes.decode"}) == ["mine", "theirs"]
    assert names(Own) == ["Own"] and names("bytes.decode") == ["bytes.decode"]
    assert names(None) == ["one recv is one message", "Lines"]
    assert [way.ours for way in ways_of([Lines, Own, *KNOWN], b"")] == [True, False] + len(KNOWN) * [True]
    with pytest.raises(ValueError, match="there is no way to read called 'lines'; there are 'one recv"):
        names("lines")
    with pytest.raises(TypeError, match=r"a new decoder whenever a boundary moves .*lambda: Lines"):
        names([Lines()])


def test_the_text_says_all_and_is_the_same_each_time():
    viewer = stream_viewer([b"ab\n", b"c\n"], ["one recv is one message", Own], cuts=(2,))
    assert (
        viewer.text
        == repr(viewer)
        == (
            "5 bytes, 2 sends, 2 recvs\n"
            "send |3 bytes |2    |\n"
            "       a  b \\n  c \\n\n"
            "recv |2    |3 bytes |\n"
            "✗ one recv is one message (broken: TCP keeps no boundaries): wrong: "
            "message 1 should be b'ab\\n', not b'ab'\n"
            "    recv 1  b'ab'  → b'ab'\n"
            "    recv 2  b'\\nc\\n'  → b'\\nc\\n'\n"
            "✓ Own: right: 2 messages, as when all comes at once\n"
            "    recv 1  b'ab'  → nothing; holds b'ab'\n"
            "    recv 2  b'\\nc\\n'  → b'ab', b'c'"
        )
    )
    viewer.cuts = (1,)
    assert viewer.text.startswith("5 bytes, 2 sends, 2 recvs")
    assert set(viewer._repr_mimebundle_()) == {"text/plain", "text/html"}  # no kernel here, so no widget
    assert "<svg" in viewer._repr_mimebundle_()["text/html"]


def test_the_facts_are_plain_values():
    stream = byte_stream(sends=[("length", b"\0\0\0\2"), ("payload", b"ab")], recvs=[b"\0\0\0", b"\2ab"])
    facts = facts_of(stream)
    assert facts["bytes"] == [0, 0, 0, 2, 97, 98] and arrived(stream) == (3,)
    assert [piece["labels"][-1] for piece in facts["tracks"][0]["pieces"]] == ["length", "payload"]
    assert facts["presets"] == [
        ["All at once", []],
        ["One byte each", [1, 2, 3, 4, 5]],
        ["As it arrived", [3]],
    ]
    answer = answer_of((3,), [read(LengthPrefixed, stream.data, (3,))])
    assert answer["cuts"] == [3] and answer["readings"][0]["rows"][1][:3] == [
        "recv 2",
        r"b'\x02ab'",
        ("b'ab'",),
    ]
