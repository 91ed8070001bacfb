from __future__ import annotations

import bz2
import gzip
import lzma
import subprocess
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_samples import MS, Talk, bulk, ethernet, frame, ipv4, tcp, udp

from labkit.packets.frame import FATES, Arrival, Frame, Hit
from labkit.traces.files import compressed, reading, writing
from labkit.traces.files.capturefile import CaptureFile, Interface, Record, TraceFileError
from labkit.traces.files.comments import frame_text, hits, hits_text
from labkit.traces.files.linktypes import NAMES, to_ethernet
from labkit.traces.trace import Trace
from labkit.wire.faults import Blackhole, Corrupt, Delay, Drop, Duplicate, Reorder, Rewrite

SEGMENT = ipv4(6, tcp(40000, 80, 5, 0, "S"))
ETHERNET = ethernet(0x0800, SEGMENT)


def pcap(packets, *, order="<", nano=False, linktype=1):
    """A classic pcap; packets: (seconds, fraction, data)."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    head = pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, linktype)
    return head + b"".join(
        pack(order + "IIII", seconds, fraction, len(data), len(data)) + data
        for seconds, fraction, data in packets
    )


def block(kind, body, order="<"):
    size = 12 + len(body)
    return pack(order + "II", kind, size) + body + pack(order + "I", size)


def section(order="<"):
    return block(0x0A0D0D0A, pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(order="<", linktype=1, options=b""):
    return block(1, pack(order + "HHI", linktype, 0, 0) + options, order)


def packet(time, data, order="<", which=0):
    return block(
        6,
        pack(order + "IIIII", which, time >> 32, time & 0xFFFFFFFF, len(data), len(data))
        + data
        + bytes(-len(data) % 4),
        order,
    )


def snoop(*packets):
    """A snoop file (RFC 1761) of (seconds, data)."""
    head = b"snoop\0\0\0" + pack(">II", 2, 4)
    return head + b"".join(
        pack(">IIIIII", len(data), len(data), 24 + len(data) + -len(data) % 4, 0, seconds, 7)
        + data
        + bytes(-len(data) % 4)
        for seconds, data in packets
    )


@pytest.fixture
def saved(tmp_path):
    def save(content):
        path = tmp_path / "file.pcap"
        path.write_bytes(content)
        return path

    return save


# -- reading


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("nano", "time_ns"), [(False, 3_000_007_000), (True, 3_000_000_007)])
def test_classic_pcap(order, nano, time_ns):
    content = reading.read(pcap([(3, 7, b"abc"), (4, 0, b"")], order=order, nano=nano, linktype=101))
    assert content.interfaces == (Interface(101),)
    assert content.records == (Record(time_ns, b"abc", 3), Record(4_000_000_000, b"", 0))


def test_bits_beside_the_link_type_are_no_part_of_it():
    assert reading.read(pcap([], linktype=0x5400_0001)).interfaces[0].linktype == 1


def test_cut_packet_keeps_its_length():
    content = reading.read(pcap([]) + pack("<IIII", 1, 0, 3, 1500) + b"abc")
    assert content.records[0] == Record(10**9, b"abc", 1500)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("options", "time_ns"),
    [
        (b"", 5_000_000_000),  # microseconds unless said
        (pack("HH", 9, 1) + b"\x09\0\0\0", 5_000_000),  # nanoseconds
        (pack("HH", 9, 1) + b"\x83\0\0\0", 5_000_000 * 10**9 // 8),  # eighths
        (None, 5_000_000_000 + 100 * 10**9),  # 100 s later
    ],
)
def test_pcapng_clocks(order, options, time_ns):
    if options is None:
        options = pack(order + "HHq", 14, 8, 100)
    elif options:
        options = pack(order + "HH", 9, 1) + options[4:]
    content = reading.read(
        section(order) + interface(order, options=options) + (packet(5_000_000, b"abc", order))
    )
    assert content.records == (Record(time_ns, b"abc", 3),)


def test_pcapng_blocks_of_other_kinds():
    unknown = block(0xBAD, bytes(8))
    simple = block(3, pack("<I", 3) + b"abc\0")
    old = block(2, pack("<HHIIII", 0, 0, 0, 7, 2, 2) + b"xy\0\0")
    content = reading.read(section() + unknown + interface() + simple + old)
    assert [(record.time_ns, record.data) for record in content.records] == [(None, b"abc"), (7000, b"xy")]


def test_files_one_after_the_other_count_interfaces_anew():
    content = reading.read(
        section() + interface() + packet(1, b"a") + section(">") + interface(">", 101) + packet(2, b"b", ">")
    )
    assert [record.interface for record in content.records] == [0, 1]
    assert [each.linktype for each in content.interfaces] == [1, 101]


def test_write_and_read():
    interfaces = (Interface(1, "client"), Interface(1, "größe"))
    records = (Record(2**61 + 1, b"abc", 3, 0, ("a comment", "another")), Record(5, b"", 1500, 1))
    names = {"10.0.0.1": "client", "fe80::1": "server"}
    content = writing.write(interfaces, records, names=names, comments=("about",))
    assert reading.read(content) == CaptureFile(interfaces, records, names, ("about",), "labkit")


def test_too_long_a_text():
    with pytest.raises(ValueError, match="at most 65,535 bytes"):
        writing.write((), (), comments=("x" * 70_000,))


# -- what cannot be read


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a pcap or pcapng capture: it is empty"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it first"),
        (b"\x1f\x8b\x08\0rest", "its gzip breaks off"),
        (b"\x1f\x8b\x09\0rest", "its gzip is damaged"),
        (gzip.compress(b"rest", mtime=0), "it begins with 72 65 73 74"),
        (b"No. Time Source\n1 0.0 10.0.0.1\n", "it is text; capture with tcpdump -w"),
        (b"\0\1\2\3\4", "it begins with 00 01 02 03"),
        (b"snoop\0\0\0", "the file header at offset 0 takes 16 bytes"),
        (b"snoop\0\0\0" + pack(">II", 3, 4), "snoop version 3 at offset 8"),
        (b"snoop\0\0\0" + pack(">II", 2, 8), "datalink type is 8"),
        (snoop((0, b"abc"))[:-4], "a packet at offset 16 takes 27 bytes"),
        (snoop()[:16] + pack(">IIIIII", 3, 3, 24, 0, 0, 0) + b"abc", "3 bytes in a record of 24"),
        (pcap([])[:20], "the file header at offset 0 takes 24 bytes, 20 are left"),
        (pcap([(1, 0, b"abc")])[:-1], "a packet at offset 24 takes 19 bytes, 18 are left"),
        (pcap([(1, 0, b"abc")])[:30], "a packet header at offset 24 takes 16 bytes, 6 are left"),
        (
            pcap([]) + pack("<IIII", 1, 0, 1 << 30, 1 << 30),
            "the packet at offset 24 says that it has 1073741824 bytes",
        ),
        (b"\xd4\xc3\xb2\xa1\7\0\0\0" + bytes(16), "pcap version 7.0 at offset 4"),
        (section()[:20], "a block at offset 0 takes 28 bytes, 20 are left"),
        (section() + interface()[:-2], "a block at offset 28 takes 20 bytes, 18 are left"),
        (section() + b"\1\0\0\0\7\0\0\0" + bytes(8), "the block at offset 28 says that it has 7 bytes"),
        (section() + interface()[:-4] + b"\x63\0\0\0", "begins with the length 20 and ends with 99"),
        (section() + packet(1, b"abc"), "of interface 0, and only 0 are described before it"),
        (section() + block(3, pack("<I", 0)), "of interface 0"),
        (section() + block(1, b"\1\0\0\0"), "too short for what it holds"),
        (
            section() + interface() + block(6, pack("<IIIII", 0, 0, 0, 99, 99)),
            "says that it has 99 bytes, its block has room",
        ),
        (
            section() + interface(options=pack("<HH", 2, 900)),
            "the option at offset 44 says that it has 900 bytes",
        ),
        (section()[:8] + b"abcd" + section()[12:], "byte order mark 61 62 63 64"),
        (block(0x0A0D0D0A, pack("<IHHq", 0x1A2B3C4D, 3, 0, -1)), "says version 3.0"),
    ],
)
def test_damaged_files(saved, content, message):
    with pytest.raises(TraceFileError, match=r"file\.pcap") as caught:
        Trace.load(saved(content))
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_what_is_whole_can_be_read(saved):
    path = saved(pcap([(1, 0, ETHERNET), (2, 0, ETHERNET)])[:-1])
    with pytest.raises(
        TraceFileError, match=r"the 1 frame before that can be read with Trace.load\(path, partial=True\)"
    ):
        Trace.load(path)
    trace = Trace.load(path, partial=True)
    assert len(trace.segments) == 1 and trace.full
    assert not Trace.load(saved(pcap([(1, 0, ETHERNET)])), partial=True).full


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        Trace.load(tmp_path / "none.pcap")


WHOLE = writing.write(
    (Interface(1, "client"),),
    (Record(5, ETHERNET, len(ETHERNET), 0, ("x",)),) * 2,
    names={"10.0.0.1": "client"},
    comments=("about",),
)


@pytest.mark.parametrize("content", [WHOLE, pcap([(1, 0, ETHERNET), (2, 0, ETHERNET)])])
def test_a_file_cut_anywhere_is_read_or_refused(content):
    for end in range(len(content)):
        part = reading.read(content[:end], partial=True).records if end >= 4 else ()
        assert len(part) <= 2


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_file_is_read_or_refused(damage):
    content = bytearray(WHOLE)
    for place, byte in damage:
        content[place] = byte
    try:
        reading.read(bytes(content))
    except TraceFileError as error:
        assert str(error)


# -- link types


@pytest.mark.parametrize(
    ("linktype", "head"),
    [
        (1, ETHERNET[:14]),
        (0, b"\2\0\0\0"),
        (0, b"\0\0\0\2"),
        (108, b"\0\0\0\2"),
        (101, b""),
        (12, b""),
        (14, b""),
        (228, b""),
        (113, b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0"),
        (276, b"\x08\0\0\0\0\0\0\1\0\1\0\6\2\0\0\0\0\1\0\0"),
    ],
)
def test_link_types(saved, linktype, head):
    trace = Trace.load(saved(pcap([(1, 0, head + SEGMENT)], linktype=linktype)))
    (segment,) = trace.segments
    assert (segment.src, segment.dst, segment.flags, segment.payload) == ("10.0.0.1", "10.0.0.2", "S", b"")
    assert (segment.source, segment.target) == ("10.0.0.1", "10.0.0.2")
    assert segment.frame.length == len(segment.frame.data) == 54


def test_raw_ipv6(saved):
    body = tcp(1, 2, 5, 0, "S")
    ip = pack(">IHBB", 6 << 28, len(body), 6, 64) + bytes(15) + b"\1" + bytes(15) + b"\2" + body
    for linktype, head in ((229, b""), (101, b""), (0, b"\x1e\0\0\0"), (0, b"\0\0\0\x18")):
        assert Trace.load(saved(pcap([(1, 0, head + ip)], linktype=linktype))).segments[0].dst == "::2"


@pytest.mark.parametrize("linktype", NAMES)
def test_cut_link_headers_raise_nothing(saved, linktype):
    for size in range(21):
        data, longer = to_ethernet(linktype, bytes(size))
        assert len(data) == size + longer or len(data) < 14
        str(Trace.load(saved(pcap([(1, 0, bytes(size))], linktype=linktype))))


def test_unknown_link_type(saved):
    with pytest.raises(
        TraceFileError, match=r"file.pcap: its link type is 127 \(IEEE 802.11 with radiotap header\)"
    ):
        Trace.load(saved(pcap([(1, 0, b"abc")], linktype=127)))
    with pytest.raises(TraceFileError, match=r"999 \(not known here\); Ethernet, loopback"):
        Trace.load(saved(pcap([(1, 0, b"abc")], linktype=999)))


# -- captures of other programs


def test_hosts_of_another_capture(saved):
    frames = [
        ETHERNET,
        ethernet(0x0800, ipv4(17, udp(1, 2), dst="239.1.1.1")),
        ethernet(0x88CC, b"", target=b"\1" * 6),
    ]
    trace = Trace.load(
        saved(pcap([(place, 0, data) for place, data in enumerate(frames)])), addresses={"10.0.0.1": "a"}
    )
    assert [(each.source, each.target) for each in trace.frames] == [
        ("a", "10.0.0.2"),
        ("a", "*"),
        ("02:00:00:00:00:01", "*"),
    ]
    assert trace.frames[0].arrivals == (Arrival("10.0.0.2", 0),)
    assert trace.addresses == {"10.0.0.1": "a"}


def test_names_in_the_file_are_used(saved):
    content = writing.write([Interface(1)], [Record(5, ETHERNET, 54)], names={"10.0.0.2": "web"})
    assert Trace.load(saved(content)).hosts == ("10.0.0.1", "web")


def test_frames_are_in_the_files_order_also_where_its_clock_goes_back(saved):
    trace = Trace.load(saved(pcap([(2, 0, ETHERNET), (9, 0, b"late"), (3, 0, ETHERNET)])))
    assert [(each.number, each.departed_ns // 10**9) for each in trace.frames] == [(1, 2), (2, 9), (3, 3)]
    assert trace.notes == ("the clock goes back once: frames are in the order of the file",)
    assert str(trace).splitlines()[-1] == f"({trace.notes[0]})"


def test_frames_without_a_time_have_that_of_the_one_before(saved):
    simple = block(3, pack("<I", len(ETHERNET)) + ETHERNET + bytes(-len(ETHERNET) % 4))
    content = section() + interface() + simple + packet(5_000_000, ETHERNET) + simple
    trace = Trace.load(saved(content))
    assert [each.departed_ns for each in trace.frames] == [5 * 10**9] * 3
    assert trace.notes == ("2 frames without a time: each has that of the one before",)


@pytest.mark.parametrize("seconds", [0, 1, 954_147_395, 999_999_999, 1_000_000_001])
def test_times_are_those_of_the_file_whatever_the_year(saved, tmp_path, seconds):
    trace = Trace.load(saved(pcap([(seconds, 5, ETHERNET), (seconds + 1, 0, ETHERNET)])))
    assert [float(each.time) for each in trace.packets] == [seconds + 5e-6, seconds + 1]
    trace.save(tmp_path / "again.pcapng")
    again = Trace.load(tmp_path / "again.pcapng")
    assert again == trace and again.epoch_ns == 0


def test_a_trace_of_ours_keeps_its_times_wherever_it_is_loaded(tmp_path):
    Trace(Talk().open().frames).save(tmp_path / "one.pcapng", epoch_ns=10**18)
    one = Trace.load(tmp_path / "one.pcapng")
    one.save(tmp_path / "two.pcapng")
    assert (tmp_path / "two.pcapng").read_bytes() == (tmp_path / "one.pcapng").read_bytes()


def twice(content):
    return gzip.compress(bz2.compress(content))


@pytest.mark.parametrize("pack_up", [gzip.compress, bz2.compress, lzma.compress, twice])
def test_compressed_files_are_read(saved, pack_up):
    content = pcap([(1, 0, ETHERNET), (2, 0, ETHERNET)])
    assert Trace.load(saved(pack_up(content))) == Trace.load(saved(content))


def test_a_compressed_file_of_several_parts_and_one_that_breaks_off(saved):
    content = pcap([(1, 0, ETHERNET), (2, 0, ETHERNET)])
    assert (
        len(Trace.load(saved(gzip.compress(content[:50]) + gzip.compress(content[50:]) + bytes(9))).frames)
        == 2
    )
    short = gzip.compress(content, 0)[:-40]
    with pytest.raises(TraceFileError, match="its gzip breaks off; the 1 frame before that"):
        Trace.load(saved(short))
    assert (
        len(Trace.load(saved(short), partial=True).frames),
        Trace.load(saved(short), partial=True).full,
    ) == (1, True)


def test_a_file_that_swells_without_end_is_refused(saved, monkeypatch):
    monkeypatch.setattr(compressed, "_MOST", 1 << 20)
    with pytest.raises(TraceFileError, match="holds more than"):
        Trace.load(saved(gzip.compress(bytes(2 << 20))))


@pytest.mark.parametrize("order", "<>")
def test_old_variants_are_read(saved, order):
    wanted = Trace.load(saved(pcap([(1, 7, ETHERNET), (2, 7, ETHERNET)])))
    head = pcap([], order=order)
    patched = (
        pack(order + "I", 0xA1B2CD34)
        + head[4:]
        + b"".join(pack(order + "IIIIIHBB", seconds, 7, 54, 54, 3, 8, 0, 0) + ETHERNET for seconds in (1, 2))
    )
    assert Trace.load(saved(patched)) == wanted
    for minor, lengths in ((2, (60, 54)), (3, (60, 54)), (3, (54, 60)), (4, (54, 60))):
        old = head[:4] + pack(order + "HH", 2, minor) + head[8:]
        trace = Trace.load(saved(old + pack(order + "IIII", 1, 7, *lengths) + ETHERNET))
        assert [(each.length, len(each.data)) for each in trace.frames] == [(60, 54)], minor
    assert Trace.load(saved(snoop((1, ETHERNET), (2, ETHERNET)))) == wanted


def test_of_several_link_types_those_that_can_be_read_are(saved):
    content = section() + interface() + interface(linktype=127) + interface(linktype=101)
    content += (
        packet(1, ETHERNET)
        + packet(2, b"wlan", which=1)
        + packet(3, SEGMENT, which=2)
        + packet(4, b"w", which=1)
    )
    trace = Trace.load(saved(content))
    assert [(each.number, each.source) for each in trace.frames] == [(1, "10.0.0.1"), (2, "10.0.0.1")]
    (note,) = trace.notes
    assert note.startswith("2 frames of link type 127 (IEEE 802.11 with radiotap header) left out: ")
    with pytest.raises(TraceFileError, match="link type is 127"):
        Trace.load(saved(section() + interface(linktype=127) + packet(1, b"wlan")))


def test_what_other_programs_wrote_survives(saved, tmp_path):
    content = writing.write(
        [Interface(1)],
        [Record(10**18, ETHERNET, 54, 0, ("look here", "größe")), Record(10**18 + 1, ETHERNET, 54)],
        comments=("made by hand", "twice"),
    )
    trace = Trace.load(saved(content))
    assert trace.comments == ("made by hand", "twice")
    assert [each.comments for each in trace.frames] == [("look here", "größe"), ()]
    for _ in range(2):
        trace.save(tmp_path / "again.pcapng")
        again = Trace.load(tmp_path / "again.pcapng")
        assert (again, again.comments) == (trace, trace.comments)
        trace = again


# -- save and load


HITS = (
    Hit("dropped", Drop(flags="SYN", nth=range(1, 4))),
    Hit("delayed", Delay(0.5, data=(1, 2))),
    Hit("duplicated", Duplicate(copies=3, bytes=(1, 10)), "server"),
    Hit("reordered", Reorder(behind=2, data=True), "a: b"),
    Hit("corrupted", Corrupt(to='it\'s "quoted"; on the way to x', port=7), "ü on the way to a"),
    Hit("rewritten", Rewrite(strip=("mss", "TS"), ttl=1, after_s=0.5)),
    Hit("dropped", Blackhole(mtu=1400, icmp="packet-too-big", until=3)),
    Hit("queue full", None),
    Hit("delivered", None, "r2"),
)
"""Every kind of fault, with arguments of every kind, and faults that are not known."""


def variety():
    """One frame of each fate, and everything that is hard to write down."""
    frames = [
        frame(
            ETHERNET,
            number=number,
            at=number * MS,
            fate=fate,
            arrivals=(Arrival("server", number * MS + 10_123_456),) if fate == "delivered" else (),
        )
        for number, fate in enumerate(FATES, 1)
    ]
    last = frames[-1]
    return [
        *frames,
        last._replace(
            number=20, target="*", arrivals=(Arrival("b c", 8), Arrival("server", 10**12)), fate="delivered"
        ),
        last._replace(
            source='the "quoted"; one', target="", hits=(Hit("delayed", Delay(5, sender="a; b)")),) * 2
        ),
        last._replace(source="fe80::1", target="a:", fate="new; fate", hits=HITS, data=b"", length=1500),
    ]


@pytest.mark.parametrize(
    "trace",
    [
        Talk().open().trace(),
        bulk().trace(missed=3),
        bulk().trace(full=True),
        Trace(variety(), missed=1, full=True),
        Trace(),
        Trace(hosts=("a", "b"), addresses={"10.0.0.1": "a", "fe80::1": "b"}),
        Trace([frame(b"abc", source="", target="", arrivals=())]),
        Trace([frame(ETHERNET, at=1_795_232_029_895_267_751)]),
    ],
    ids=["handshake", "missed", "full", "variety", "empty", "no frames", "no hosts", "since 1970"],
)
def test_load_gives_back_what_was_saved(trace, tmp_path):
    path = tmp_path / "x.pcapng"
    trace.save(path)
    loaded = Trace.load(path)
    assert loaded.frames == trace.frames
    assert loaded == trace
    assert type(loaded) is Trace and str(loaded) == str(trace)


@given(
    st.lists(
        st.builds(
            Frame,
            st.integers(1, 9),
            st.integers(0, 10**17),
            st.text(st.characters(codec="utf-8"), max_size=5),
            st.sampled_from(["*", "", "server", "a b"]),
            st.lists(
                st.builds(Arrival, st.sampled_from(["server", "a: b", "ü"]), st.integers(0, 10**17)),
                max_size=2,
            ).map(tuple),
            st.sampled_from(FATES),
            st.lists(st.sampled_from(HITS), max_size=3).map(tuple),
            st.binary(max_size=9),
            st.integers(9, 1500),
        ),
        max_size=4,
    )
)
def test_any_trace_survives(tmp_path_factory, frames):
    path = tmp_path_factory.getbasetemp() / "any.pcapng"
    trace = Trace([each._replace(source=each.source.replace("\0", "")) for each in frames])
    trace.save(path)
    assert Trace.load(path) == trace


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({}, "client > server: delivered; server after 10.000000 ms"),
        (
            {"arrivals": (), "fate": "dropped", "hits": (Hit("dropped", Drop(data=3)),)},
            "client > server: dropped (dropped by Drop(data=3))",
        ),
        ({"number": 7, "arrivals": (), "fate": "queue full"}, "frame 7, client > server: queue full"),
    ],
)
def test_comments_read_well(what, words):
    assert frame_text(frame(b"", **what), 1) == words


@pytest.mark.parametrize("hit", HITS, ids=str)
def test_hits_are_read_back_as_values(hit):
    assert hits(hits_text((hit, hit))) == (hit, hit)
    assert hits("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "dropped (by hand)",
        "dropped by Drop(data=3",
        "dropped by Drop(data=3); ",
        "dropped by Drop(data=3) and more",
        "dropped by Drop(colour='red')",
        "dropped by Drop(data=3 4)",
        "dropped by Drop(data=print())",
        "dropped by Drop()",
    ],
)
def test_what_no_fault_says_is_refused(text):
    with pytest.raises(ValueError):
        hits(text)


def test_a_fault_of_a_kind_that_is_not_known_keeps_its_effect():
    assert hits("truncated by Truncate(to='a') on the way to a") == (Hit("truncated", None, "a"),)


def test_times_since_1970(tmp_path):
    path = tmp_path / "x.pcapng"
    Talk().open().trace().save(path, epoch_ns=10**18)
    assert [record.time_ns for record in reading.read(path.read_bytes()).records] == [
        10**18,
        10**18 + 10 * MS,
        10**18 + 20 * MS,
    ]
    assert Trace.load(path) == Talk().open().trace()


def test_our_file_with_foreign_frames_is_read_as_foreign(tmp_path):
    """Someone edited the comments in Wireshark: the frames are there all the same."""
    path = tmp_path / "x.pcapng"
    Talk().c("S").trace().save(path, epoch_ns=0)
    path.write_bytes(path.read_bytes().replace(b"client > server: ", b"my own note here "))
    (segment,) = Trace.load(path).segments
    assert (segment.source, segment.target, segment.delivered) == ("client", "server", True)


@pytest.mark.program("tshark", "capinfos")
def test_wireshark_opens_it_without_a_complaint(tmp_path):
    path = tmp_path / "x.pcapng"
    trace = bulk().trace(missed=1)
    trace.save(path)

    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        complaints = [line for line in done.stderr.splitlines() if not line.startswith("Running as user")]
        assert (done.returncode, complaints) == (0, [])
        return done.stdout

    fields = run(
        "tshark",
        "-r",
        str(path),
        "-T",
        "fields",
        "-E",
        "separator=|",
        "-e",
        "frame.interface_name",
        "-e",
        "frame.comment",
        "-e",
        "tcp.seq",
        "-e",
        "tcp.analysis.retransmission",
        "-e",
        "tcp.analysis.fast_retransmission",
        "-e",
        "tcp.analysis.out_of_order",
        "-e",
        "_ws.malformed",
    )
    rows = [row.split("|") for row in fields.splitlines()]
    assert [row[0] for row in rows] == [each.source for each in trace.frames]
    assert [row[1] for row in rows] == [frame_text(each, each.number) for each in trace.frames]
    assert [int(row[2]) for row in rows] == [each.seq for each in trace.segments]
    assert not any(row[6] for row in rows)
    assert [place for place, row in enumerate(rows, 1) if any(row[3:6])] == [
        each.number for each in trace.retransmissions()
    ]
    about = run("capinfos", "-M", str(path))
    for words in ("Capture application: labkit", "nanoseconds (9)", "Frames missed: 1"):
        assert words in about
