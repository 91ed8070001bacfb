"""The socket table: the kernel's text read into rows, and the rows as text and HTML."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import pytest

from labkit.sockets.procnet import local_addresses, parse
from labkit.sockets.row import PROGRAM, SOCKET, Holder, Row
from labkit.sockets.rows import state_of
from labkit.sockets.table import SocketTable

# The kernel writes addresses as words in the machine's byte order; these were written by a little-endian one.
pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="the samples are little-endian")

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
TCP = (
    HEAD
    + """\
   0: 0200000A:1F90 00000000:0000 0A 00000000:00000002 00:00000000 00000000     0        0 4711 1 0000 100 0
   1: 0200000A:1F90 0100000A:9C40 01 0000000C:00000005 01:00000014 00000001     0        0 4712 4 0000 24 4
   2: 0200000A:1F90 0100000A:9C41 06 00000000:00000000 03:00001760 00000000     0        0 0 3 0000
   3: 0200000A:1F90 0100000A:9C42 0C 00000000:00000000 01:00000050 00000000     0        0 0 1 0000
"""
)
TCP6 = HEAD + (
    "   0: 000000FD000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000"
    " 00:00000000 00000000     0        0 99 1 0000 100 0 0 10 0\n"
)
UDP = (
    HEAD
    + """\
  100: 0200000A:0009 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 12 2 0000 0
  101: 0100007F:0035 0100000A:0400 01 00000000:00000000 00:00000000 00000000     0        0 13 2 0000 3
"""
)


def table(text=TCP, protocol="tcp"):
    return SocketTable(parse(text, protocol), "server", "#D55E00")


@pytest.mark.parametrize(
    ("text", "protocol"), [(TCP, "tcp"), (TCP6, "tcp6"), (UDP, "udp"), (HEAD, "tcp"), ("", "udp")]
)
def test_local_addresses_are_those_of_the_rows(text, protocol):
    assert local_addresses(text) == {row.local for row in parse(text, protocol)}


def test_rows_of_tcp():
    listener, talking, waiting, half = parse(TCP, "tcp")
    assert listener == Row("tcp", "LISTEN", ("10.0.0.2", 8080), None, 2, 0, inode=4711)
    assert talking == Row(
        "tcp",
        "ESTABLISHED",
        ("10.0.0.2", 8080),
        ("10.0.0.1", 40000),
        5,
        12,
        timer="retransmission",
        inode=4712,
    )
    assert (waiting.state, waiting.timer, waiting.inode) == ("TIME-WAIT", "TIME-WAIT", 0)
    assert half.state == "SYN-RECEIVED"


def test_rows_of_ipv6_and_udp():
    (row,) = parse(TCP6, "tcp6")
    assert (row.state, row.local, row.remote, row.port) == ("LISTEN", ("fd00::1", 80), None, 80)
    bound, connected = parse(UDP, "udp")
    assert (bound.state, bound.local, bound.remote, bound.recv_queue) == ("", ("10.0.0.2", 9), None, 0x300)
    assert (connected.state, connected.remote) == ("connected", ("10.0.0.1", 1024))


def test_raw_and_ping_sockets_in_words():
    raw, connected = parse(UDP, "raw")
    ping, _ = parse(UDP, "icmp")
    bound, talking = parse(UDP, "udp")
    assert [state_of(row) for row in (raw, connected, ping)] == ["raw", "raw", "ping"]
    assert [state_of(row) for row in (bound, talking)] == ["UDP bound", "UDP connected"]


@pytest.mark.parametrize(
    "line",
    [
        "   0: 0200000A 00000000:0000 0A 0:0 00:0 0 0 0 1",
        "   0: 0200000A:1F90 00000000:0000 XX 0:0 00:0 0 0 0 1",
        "   0: 0200:1F90 00000000:0000 0A 0:0 00:0 0 0 0 1",
        "   0: 0200000A:1F90",
    ],
)
def test_a_line_that_makes_no_sense_is_not_skipped(line):
    with pytest.raises(ValueError, match="/proc/net/tcp: cannot read the line"):
        parse(HEAD + line, "tcp")


def test_an_empty_table():
    assert parse(HEAD, "tcp") == []
    assert str(SocketTable((), "server")) == "server: no sockets"
    assert "Sockets of server: none" in SocketTable((), "server")._repr_html_()


def test_the_order_does_not_depend_on_the_kernels():
    rows = parse(TCP, "tcp") + parse(UDP, "udp")
    assert tuple(SocketTable(rows)) == tuple(SocketTable(reversed(rows)))
    assert [row.state for row in SocketTable(rows)] == [
        "LISTEN",
        "SYN-RECEIVED",
        "ESTABLISHED",
        "TIME-WAIT",
        "",
        "connected",
    ]


def test_the_text():
    rows = [row._replace(timer="") for row in parse(TCP, "tcp")[:2]]
    rows[0] = rows[0]._replace(held_by=Holder(SOCKET, "listen()", "echo"))
    assert (
        str(SocketTable(rows, "server"))
        == """\
server
protocol  state        local          remote          recv queue  send queue  owner
tcp       LISTEN       10.0.0.2:8080  any                      2           0  listen() in echo
tcp       ESTABLISHED  10.0.0.2:8080  10.0.0.1:40000           5          12  -"""
    )
    assert str(table()).splitlines()[1].endswith("owner  timer"), "timers show when there are any"


def test_html_says_the_same_facts_accessibly():
    region = ET.fromstring(table()._repr_html_())
    root = region.find("table")
    assert (region.get("tabindex"), region.get("aria-label")) == ("0", "Sockets of server")  # it may scroll
    heads, lines = table()._cells()
    assert root.find("caption").text == "Sockets of server"
    assert [cell.text for cell in root.findall("./thead/tr/th")] == heads
    assert {cell.get("scope") for cell in root.findall("./thead/tr/th")} == {"col"}
    assert [[cell.text for cell in row] for row in root.findall("./tbody/tr")] == lines
    assert all(row[0].tag == "th" and row[0].get("scope") == "row" for row in root.findall("./tbody/tr"))
    assert "#D55E00" in root.get("style")


def test_html_escapes():
    row = table()[0]._replace(held_by=Holder(PROGRAM, by="<script>alert(1)</script>"))
    assert "<script>" not in SocketTable([row], "a&b")._repr_html_()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "LISTEN"}, 1),
        ({"state": "time_wait"}, 1),
        ({"port": 8080}, 4),
        ({"port": 40000}, 1),
        ({"port": 40000, "state": "listen"}, 0),
        ({"protocol": "tcp"}, 4),
        ({"protocol": "udp"}, 0),
        ({"owner": "echo"}, 0),
        ({}, 4),
    ],
)
def test_find(query, found):
    assert len(table().find(**query)) == found


def test_find_refuses_a_state_that_is_none():
    with pytest.raises(ValueError, match="there is no state 'ESTAB'; the states are LISTEN"):
        table().find(state="ESTAB")


def test_a_row_is_one_line():
    assert re.fullmatch(r"tcp LISTEN 10\.0\.0\.2:8080 → any", str(table()[0]))
