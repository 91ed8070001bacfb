"""The byte stream: facts from traces and lists, text, and a picture that holds in both themes and without colour."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from call_samples import call as said
from ladder_samples import CLIENT, SERVER, Talk

from labkit.drawing.measure import text_width
from labkit.pictures.bytestream import byte_stream
from labkit.pictures.bytestream.brackets import ACROSS, APART, CUT, WORDS
from labkit.pictures.bytestream.pieces import CELLS, glyphs
from labkit.traces.trace import Trace

SVG = "{http://www.w3.org/2000/svg}"


def call(name, args, result="", *, host="client", at=0, **more):
    ends = (CLIENT, SERVER) if host == "client" else (SERVER, CLIENT)
    return said(host, name, args, at, at + 1, result, local=ends[0], peer=ends[1], **more)


def trace(parts, calls):
    """A trace in which the client sent these payloads, and the programs made these calls."""
    talk, seq = Talk("client", "server"), 1
    for number, part in enumerate(parts):
        talk.tcp(10 * number, 1, 2, "P.", seq, 1, part)
        seq += len(part)
    made = talk.trace()
    return Trace(made.frames, hosts=made.hosts, addresses=made.addresses, calls=calls)


def test_where_there_is_no_room_the_count_of_what_nobody_received_is_left_out():
    labels = re.compile(
        r'<title>(not received[^<]*)</title><path class="yet"[^>]*/>(?:<text[^>]*>([^<]*)</text>)?'
    )
    received = {10: "not received: 10 bytes", 5: "not received", 2: ""}
    for left, label in received.items():
        stream = byte_stream(sends=[b"x" * 20], recvs=[b"x" * (20 - left)])
        assert labels.findall(stream.svg) == [(f"not received: {left} bytes", label)]
    bars = byte_stream(sends=[b"x" * 1000], recvs=[b"x" * 880])
    assert labels.findall(bars.svg) == [("not received: 120 bytes", "not received")]


def test_text_of_lists():
    stream = byte_stream(sends=[b"hello ", b"world"], recvs=[b"hello world"])
    assert repr(stream) == (
        "11 bytes, 2 sends, 1 recv\n"
        "send |send 1: 6 bytes  |5 bytes       |\n"
        "       h  e  l  l  o  ␣  w  o  r  l  d\n".replace("       h", "       h", 1)
        + "recv |recv 1: 11 bytes                |"
    )


def test_pieces_are_the_bytes_between_boundaries():
    stream = byte_stream(sends=[b"ab", b"", b"cd"], recvs=[b"a", b"bc"])
    assert (stream.data, stream.sends, stream.recvs) == (b"abcd", [b"ab", b"cd"], [b"a", b"bc"])
    assert (
        stream.received == 3
        and "not received: 1 byte" in stream.text
        and "not received: 1 byte" in stream.svg
    )
    with pytest.raises(ValueError, match="no track 'message'; it has: send, recv"):
        stream.pieces("message")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"a b\n", ["a", "␣", "b", "\\n"]),
        ("Zoë€".encode(), ["Z", "o", "ë", "€"]),
        ("🙂".encode(), ["🙂"]),
        (b"\xc3", ["C3"]),
        (b"\xe2\x82A", ["E2", "82", "A"]),
        (b"\0\x05\xff\x7f", ["00", "05", "FF", "7F"]),
        ("\u200b".encode(), ["E2", "80", "8B"]),
        (b"\xc0\x80\xed\xa0\x80", ["C0", "80", "ED", "A0", "80"]),  # overlong, and a surrogate
        (b"", []),
    ],
)
def test_glyphs(data, shown):
    found = glyphs(data)
    assert [glyph.shown for glyph in found] == shown
    assert b"".join(data[glyph.start : glyph.end] for glyph in found) == data


def test_a_character_cut_in_two_is_told_and_drawn_in_parts():
    stream = byte_stream(sends=["Zoë: 5 €".encode()], recvs=[b"Zo\xc3", b"\xab: ", b"5 \xe2", b"\x82\xac"])
    assert "'ë' is cut in two: C3 | AB" in stream.text
    assert "'€' is cut in two: E2 | 82 AC" in stream.text
    root = ElementTree.fromstring(stream.svg)
    moved = [group.get("transform") for group in root.iter(f"{SVG}g") if group.get("transform")]
    assert len(moved) == 4 and f"translate({-CUT} {-CUT / 2:g})" in moved
    clips = {clip.get("id") for clip in root.iter(f"{SVG}clipPath")}
    used = {group.get("clip-path") for group in root.iter(f"{SVG}g")} - {None}
    assert used == {f"url(#{name})" for name in clips} and len(clips) == 4
    assert "the character ë is cut in two" in root.find(f"{SVG}desc").text


def test_from_a_trace():
    calls = (
        call("send", "5 bytes", "5"),
        call("sendall", "6 bytes", at=2),
        call("recv", "1024", "7", host="server", at=30),
        call("recv_into", "4", "4", host="server", at=40),
        call("recv", "1024", "2", at=50),  # the other direction
        call("recv", "9", "3", host="server", at=60)._replace(peer=("10.0.0.1", 50000)),  # another connection
    )
    stream = byte_stream(trace([b"hello", b" world"], calls), segments=True)
    assert stream.sends == [b"hello", b" world"]
    assert stream.recvs == [b"hello w", b"orld"]
    assert stream.pieces("segment") == [b"hello", b" world"]
    assert stream.text.startswith("client > server: 11 bytes, 2 sends, 2 segments, 2 recvs\n")
    assert "recv(1024): 7 bytes" in stream.svg and "seq 6" in stream.svg


def test_calls_that_moved_nothing_are_no_pieces():
    calls = (
        call("sendall", "5 bytes"),
        call("send", "9 bytes", at=1, error="BlockingIOError"),
        call("recv", "9", "4 times", host="server", at=2),
        call("recv", "9", "5", host="server", at=3),
        call("recv", "9", "0", host="server", at=4),
    )
    stream = byte_stream(trace([b"hello"], calls))
    assert (stream.sends, stream.recvs) == ([b"hello"], [b"hello"])


def test_a_segment_lost_at_first_is_named_where_it_was_sent_first():
    talk = Talk("client", "server")
    talk.tcp(0, 1, 2, "P.", 1, 1, b"abc")
    talk.tcp(1, 1, 2, "P.", 4, 1, b"def", lost=True)
    talk.tcp(2, 1, 2, "P.", 7, 1, b"ghi")
    talk.tcp(40, 1, 2, "P.", 4, 1, b"def")
    stream = byte_stream(talk.trace(), segments=True)
    assert stream.pieces("segment") == [b"abc", b"def", b"ghi"]
    assert [piece.words for piece in stream.below[0].pieces] == ["seq 1", "seq 4, lost at first", "seq 7"]


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: byte_stream(), ValueError, "nothing to draw"),
        (lambda: byte_stream(sends=[b""]), ValueError, "nothing to draw"),
        (lambda: byte_stream("hello"), TypeError, "draws a trace (got str)"),
        (lambda: byte_stream(trace([b"a"], ()), sends=[b"a"]), ValueError, "not both"),
        (lambda: byte_stream(sends="hello"), TypeError, "list of bytes"),
        (lambda: byte_stream(sends=["hello"]), TypeError, "list of bytes"),
        (
            lambda: byte_stream(sends=[b"abc"], recvs=[b"ax"]),
            ValueError,
            "differ from byte 1 on (b'bc' sent, b'x'",
        ),
        (lambda: byte_stream(trace([b"a"], ()), "server"), ValueError, "no data from server"),
        (
            lambda: byte_stream(trace([b"ab"], (call("recv", "9", "2", host="server"),) * 2)),
            ValueError,
            "a capture must begin before",
        ),
    ],
)
def test_errors_say_what_was_found(make, error, said):
    with pytest.raises(error, match=re.escape(said)):
        make()


def test_long_streams_wrap_and_very_long_ones_are_bars():
    wrapped = byte_stream(sends=[b"x" * (ACROSS + 1)], recvs=[b"x" * ACROSS])
    assert wrapped.svg.count('class="g"') == ACROSS + 1
    tops = {rect.get("y") for rect in ElementTree.fromstring(wrapped.svg).iter(f"{SVG}rect")} - {None}
    assert len(tops) == 2
    long = byte_stream(sends=[b"x" * CELLS, b"y" * CELLS], recvs=[b"x" * CELLS + b"y"])
    assert 'class="g"' not in long.svg and len(long.svg) < 20_000
    assert "send 400 to 800 (400)" in long.text and "not received: 399 bytes" in long.svg


@pytest.mark.parametrize(
    "size", [1, 2, ACROSS - 1, ACROSS, ACROSS + 1, 2 * ACROSS, CELLS, CELLS + 1, 5 * CELLS]
)
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_every_size_is_well_formed(size, piece):
    data = ("aë€🙂\n\0" * size).encode()[:size]
    stream = byte_stream(sends=[data], recvs=[data[at : at + piece] for at in range(0, size, piece)])
    ElementTree.fromstring(stream.svg)
    assert stream.text and max(map(len, stream.text.split("\n"))) <= 100


def test_the_picture_is_accessible_and_the_same_each_time():
    one, two = (byte_stream(sends=[b"ab", b"c"], recvs=[b"abc"], title="a > b") for _ in range(2))
    assert one == two and hash(one) == hash(two) and one.svg == two.svg
    assert one != byte_stream(sends=[b"a", b"bc"], recvs=[b"abc"], title="a > b") and one != 5
    root = ElementTree.fromstring(one.svg)
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    assert [root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")] == ids
    assert root.find(f"{SVG}desc").text == "3 bytes; send: 2, 1 bytes; recv: 3 bytes"


def test_neighbours_differ_without_colour_and_colours_follow_the_theme():
    svg = byte_stream(sends=[b"a", b"b", b"c"]).svg
    fills = re.findall(r'<rect class="(even|odd) (h\d)"', svg)
    assert fills == [("even", "h0"), ("odd", "h1"), ("even", "h2")]
    assert "data-jp-theme-light=false" in svg and ".even{fill:var(--c);opacity:.36}" in svg


def test_bundle_has_text_and_html_and_markup_is_only_text():
    stream = byte_stream(sends=[b"<b>&</b>"], recvs=[b"<b>"], title="<i>")
    bundle = stream._repr_mimebundle_()
    assert bundle["text/plain"] == repr(stream)
    assert (
        bundle["text/html"].startswith('<div class="labkit-bytes">')
        and "svg+xml,%3Csvg" in bundle["text/html"]
    )
    ElementTree.fromstring(stream.svg)
    assert "<b>" not in stream.svg and "<i>" not in stream.svg


def test_named_pieces_have_their_names_and_a_hue_for_each_name():
    stream = byte_stream(
        sends=[("length", b"\0\0\0\2"), ("type", b"\1"), ("payload", b"hi"), ("length", b"\0\0\0\0")]
    )
    assert stream.pieces("send") == [b"\0\0\0\2", b"\1", b"hi", b"\0\0\0\0"]
    assert "|length     |  |     |length     |" in stream.text
    fills = [hue for _, hue in re.findall(r'<rect class="(even|odd) (h\d)"', stream.svg)]
    assert fills == ["h0"] * 4 + ["h1"] + ["h2"] * 2 + ["h0"] * 4
    assert ">type</text>" in stream.svg


def test_names_of_tracks_have_room():
    short, long = (
        byte_stream(sends=[b"a"], names=(name, "recv")).svg for name in ("a", "a rather long name")
    )
    assert (
        float(ElementTree.fromstring(long).get("width"))
        > float(ElementTree.fromstring(short).get("width")) + 80
    )


def test_very_many_pieces_are_not_all_listed():
    pieces = [b"x" * 10] * 500
    text = byte_stream(sends=pieces).text
    assert "send ... 460 more ..." in text and len(text.split("\n")) == 42
    assert "send 0 to 10 (10)" in text and "send 4,990 to 5,000 (10)" in text


def test_bytes_that_were_only_looked_at_are_received_once():
    looked = call("recv", "9, MSG_PEEK", "2", host="server")
    stream = byte_stream(trace([b"ab"], (looked, looked, call("recv", "9", "2", host="server"))))
    assert stream.recvs == [b"ab"]
    assert byte_stream(trace([b"ab"], (looked,))).received == 0


def labels_of(svg):
    """{row: [(left, right, words)]} of the labels at brackets, by their places in the picture."""
    rows: dict = {}
    for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        if text.get("class").startswith("w m"):
            half = text_width(text.text, WORDS) / 2
            rows.setdefault(text.get("y"), []).append(
                (float(text.get("x")) - half, float(text.get("x")) + half, text.text)
            )
    return {y: sorted(found) for y, found in rows.items()}


FIELDS = [
    [("length", 4), ("type", 1), ("payload", 5), ("type", 1), ("id", 4), ("length", 4), ("payload", 5)],
    [("type", 1), ("kind", 1), ("length", 2), ("checksum", 2), ("x", 9), ("payload", 1)],
    [("name", 3), ("name", 3), ("name", 3), ("version", 2), ("version", 2)],
]


@pytest.mark.parametrize("fields", FIELDS)
def test_labels_leave_a_gap_to_each_other(fields):
    stream = byte_stream(
        names=("field", "recv"), sends=[(name, bytes(size)) for name, size in fields], recvs=[]
    )
    for found in labels_of(stream.svg).values():
        for (_, right, before), (left, _, after) in pairwise(found):
            assert left - right >= APART - 0.2, (before, after)


def test_short_names_stand_beside_long_ones():
    sends = [(name, bytes(size)) for name, size in FIELDS[0]]
    words = [
        said
        for row in labels_of(byte_stream(names=("field", "recv"), sends=sends).svg).values()
        for *_, said in row
    ]
    assert words == ["length", "type", "payload", "type", "id", "length", "payload"]
