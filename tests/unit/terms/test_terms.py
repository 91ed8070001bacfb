"""The glossary's terms: each once, in plain words, with a source and a lesson; and all that the lab shows is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from house import ROOT
from wire_samples import ADDRESSES, SYN_OPTIONS, ethernet, frame, ipv4, tcp, udp

from labkit.learn import catalogue
from labkit.panels.player.fields import fields
from labkit.panels.player.tcp_fields import FLAGS
from labkit.terms import finding
from labkit.terms.finding import UnknownTerm, matching, meaning_of, shown_as, term, terms
from labkit.traces.calls import RECEIVING
from labkit.traces.machine import STATES
from labkit.traces.trace import Trace

TERMS = list(terms().values())
PARTS = {name for part in catalogue.PARTS for name in part.lessons}
SOURCE = re.compile(
    r"this lab|RFC \d+(,? section [\d.]+|, appendix \w)?|[a-z0-9_]+\([1-8]\)|IEEE 802\.\S+|Python, \S+|Linux, \S+"
    r"|[a-z.]+\.(io|org)(, .+)?|draft-[a-z-]+"
)
CAPTURES = sorted(
    path
    for folder in ("tests/golden", "tests/unit/traces/captures")
    for kind in ("pcap", "pcapng")
    for path in (ROOT / folder).glob(f"*.{kind}")
    if path.stem not in ("empty", "section-version-2")  # no frames, and not to be read
)


@pytest.mark.parametrize("each", TERMS, ids=lambda each: each.name)
def test_an_entry_is_short_and_complete(each):
    sentences = re.split(r"(?<=\.) (?=[A-Z`])", each.meaning)
    assert 1 <= len(sentences) <= 2 and each.meaning.endswith((".", "`."))
    assert 8 <= len(each.meaning) <= 170
    assert all(SOURCE.match(part) for part in re.split(r"; |, (?=RFC|unix)", each.source)), each.source
    assert each.lesson in PARTS
    assert each.name not in each.see and set(each.see) <= set(terms())
    assert set(each.apart) <= PARTS


def test_each_name_and_each_form_means_one_term():
    shown = Counter(name for each in TERMS for name in each.shown)
    forms = Counter(form.lower() for each in TERMS for form in each.forms)
    assert [name for count in (shown, forms) for name, times in count.items() if times > 1] == []
    assert len(TERMS) == sum(len(file.TERMS) for file in finding._FILES)


def test_every_file_of_terms_is_read():
    files = {path.stem for path in Path(finding.__file__).parent.glob("*_terms.py")}
    assert files == {file.__name__.rpartition(".")[2] for file in finding._FILES}


def unexplained(item) -> list[tuple[str, str]]:
    """The fields of a frame, (layer, name), that the glossary does not explain."""
    layer, found = "", []
    for field in fields(item):
        layer = field.label if not field.depth else layer
        if shown_as(field.term or field.label, layer) is None:
            found.append((layer, field.label))
    return found


def samples() -> list:
    """Frames of every kind that the player names the fields of."""
    arp = ethernet(0x0806, bytes.fromhex("0001080006040001 020000000001 0a000001 000000000000 0a000002"))
    echo = ethernet(0x0800, ipv4(1, bytes.fromhex("0800f7ff 00010001") + b"ping"))
    unreachable = ethernet(0x0800, ipv4(1, bytes.fromhex("0303fcfc 00000000") + ipv4(17, udp(1, 2))[:28]))
    too_large = ethernet(0x0800, ipv4(1, bytes.fromhex("0304f4f4 00000578") + ipv4(17, udp(1, 2))[:28]))
    report = bytes.fromhex("2200ea03 00000001 04000000 ef010203")
    igmp = ethernet(0x0800, ipv4(2, report, dst="224.0.0.22", options=bytes.fromhex("94040000")))
    query = ethernet(0x0800, ipv4(2, bytes.fromhex("1164ee9b 00000000"), dst="224.0.0.1"))
    all_options = SYN_OPTIONS + bytes.fromhex("0101 050a 00000001 00000002") + b"\0" * 8
    every = [
        arp, echo, unreachable, too_large, igmp, query,
        ethernet(0x0800, ipv4(17, udp(5, 6, b"hello"))),
        ethernet(0x0800, ipv4(17, udp(5, 6, b"hello"), flags=0x2000)),
        ethernet(0x0800, ipv4(17, b"rest", flags=0x0001)),
        ethernet(0x0800, ipv4(6, tcp(5, 6, 1, 0, "S", options=all_options)) + b"\0" * 6),
        ethernet(0x8100, b"\0\7\x08\0" + ipv4(6, tcp(5, 6, 1, 1, "P.", payload=b"hello"))),
    ]  # fmt: skip
    return list(
        Trace([frame(data, number=place) for place, data in enumerate(every, 1)], addresses=ADDRESSES).items
    )


def test_every_field_that_the_player_names_is_explained():
    items = samples() + [item for path in CAPTURES for item in Trace.load(path).items]
    assert len(items) > 50
    assert sorted({each for item in items for each in unexplained(item)}) == []


def test_a_field_without_an_entry_is_found(monkeypatch):
    monkeypatch.setattr(finding, "_shown", dict)
    assert ("Transmission Control Protocol", "Window") in unexplained(samples()[-1])


@pytest.mark.parametrize(
    "name",
    [
        *STATES,
        *(name for _, name, _ in FLAGS),
        *("mss", "sackOK", "sack", "wscale", "TS", "nop", "eol"),
        *RECEIVING,
        *("bind", "listen", "accept", "connect", "connect_ex", "send", "sendall", "sendto", "sendmsg"),
        *("close", "shutdown", "socket", "seq", "ack", "win", "UDP bound", "UDP connected", "connected"),
        *("protocol", "state", "local", "remote", "recv queue", "send queue", "owner", "timer"),
    ],
)
def test_what_ladders_and_tables_show_is_explained(name):
    assert meaning_of(name)


REVIEWED = (
    "segment scapy TAP PSH unicast switch datagram TTL descriptor umask quartile ECDF frame kernel win sackOK wscale"
    " backlog RFC SO_REUSEADDR tracemalloc"
)


@pytest.mark.parametrize("word", [*REVIEWED.split(), "Router Alert", "sequence number", "network namespace"])
def test_the_words_that_reviewers_missed_are_explained(word):
    assert term(word).meaning


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("segments", "segment"),
        ("listen", "listen"),
        ("LISTEN", "LISTEN"),
        ("recv()", "recv"),
        ("mss", "MSS"),
        ("time-wait", "TIME-WAIT"),
        ("Recv-Q", "recv queue"),
    ],
)
def test_a_term_is_found_as_one_writes_it(word, name):
    assert term(word).name == name


def test_a_field_means_what_its_layer_says():
    assert shown_as("Flags", "Internet Protocol Version 4").name == "IP flags"
    assert shown_as("Flags", "Transmission Control Protocol").name == "flag"
    assert shown_as("Flags") is None and meaning_of("Flags") == ""


def test_an_unknown_term_is_answered_with_what_may_be_meant():
    with pytest.raises(UnknownTerm, match="did you mean segment"):
        term("segmant")
    with pytest.raises(UnknownTerm, match="did you mean NAT"):
        term("remembers whose")
    with pytest.raises(UnknownTerm, match="shows all that it has"):
        term("quetzal")


def test_terms_are_searched_in_names_and_meanings():
    found = [each.name for each in matching("three segments")]
    assert found == ["handshake"]
    assert matching("") == TERMS


@pytest.mark.parametrize(
    ("layer", "name", "neighbour"),
    [
        ("Address Resolution Protocol", "Hardware type", "Opcode"),
        ("Address Resolution Protocol", "Protocol size", "Opcode"),
        ("Internet Group Management Protocol", "Group Record", "Multicast Address"),
    ],
)
def test_a_field_is_not_explained_by_its_neighbour(layer, name, neighbour):
    assert shown_as(name, layer).name != shown_as(neighbour, layer).name


@pytest.mark.parametrize(
    ("layer", "name", "words"),
    [
        ("Internet Group Management Protocol", "Max Resp Time", "how long"),
        ("Internet Control Message Protocol v6", "Type", "ICMPv6 1"),
        ("Internet Control Message Protocol v6", "Code", "ICMPv6's type 1, 4 is the port"),
        ("Internet Protocol Version 4", "Header Checksum", "its header only"),
        ("Transmission Control Protocol", "[TCP Segment Len]", "counts a SYN and a FIN"),
    ],
)
def test_a_field_is_explained_as_its_layer_means_it(layer, name, words):
    assert words.lower() in meaning_of(name, layer).lower()
