"""The packet list of the ladder player: its filter beside tshark's, and all of it by keyboard."""

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
from pathlib import Path

import pytest
from browser.driving import CHROMIUM, ROOT, in_both_looks, notebook_of
from browser.latency import percentile
from playwright.sync_api import Locator, Page, expect

import labkit.panels.player.packets as packets
from labkit import Drop, Network, Trace
from labkit.panels.player.packets.listing import listing

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

HERE = Path(packets.__file__).parent
ALIKE = """
tcp | udp | arp | icmp | ipv6 | icmpv6 | ip | eth | !tcp | not arp and not tcp | tcp.flags.syn | tcp.flags.syn==1
tcp.flags.syn == 1 && tcp.flags.ack == 0 | tcp.flags.reset == 1 or tcp.flags.fin == 1 | tcp.flags == 0x012
tcp.flags == 0x18 and not (tcp.len == 22 or tcp.srcport eq 8080) | ip.addr == 10.0.0.1 | ip.addr != 10.0.0.1
ip.src == 10.0.0.1 && ip.dst == 10.0.0.2 | ip.src==10.0.0.0/30 | !(ip.addr == 10.0.0.3) | ip.dst > 10.0.0.1
tcp.port == 8080 | tcp.port in {80, 81} | tcp.port in {80..90} | tcp.srcport > 40000 | tcp.dstport ne 8080
tcp.len > 0 | tcp.len ge 1448 | tcp.ack == 1 and tcp.len == 0 | tcp.nxtseq > 500 | tcp.stream == 0 | tcp.stream == 1
tcp.analysis.retransmission | tcp.analysis.flags | tcp.window_size > 64000 | tcp.window_size_value lt 600
frame.number <= 5 | frame.len > 1000 | frame.time_relative > 0.1 | frame contains "hello1" | frame contains 68:65:6c
tcp.payload contains "HELLO2\\r\\n" | frame matches "get /hello[12] " | eth.src == 02:00:00:00:00:01
eth.addr == 02:00:00:00:00:03 | eth.type == 0x0806 | arp.opcode == 2 | udp.port == 5353 | udp.stream == 1
udp.length == 12 | udp.payload contains "who" | ip.proto == 17 | ip.ttl == 64 | ip.flags.df | ip.flags.df == 1
ip.flags.mf == 1 | ip.frag_offset > 0 | ip.len > 1400 | ipv6.addr == fd00::2 | ipv6.src == fd00::/64
ipv6.hlim == 255 | icmpv6.type == 135 | tcp && (udp || tcp.len == 0) || arp | tcp.seq > 100 && tcp.seq <= 200
"""
WRONG = {
    "tcp.flags.syn = 1": "Write == to compare.",
    "tcp & ip": "Write && for and.",
    "tcp.flags.sny == 1": "There is no field tcp.flags.sny here; tcp.flags.syn?",
    "tcp.port == http": "tcp.port is compared with a number, such as 8080 or 0x50.",
    "ip.src == 10.0.0": "ip.src is compared with an address, such as 10.0.0.1 or 10.0.0.0/24.",
    "(tcp": "This bracket is not closed.",
    "tcp)": "This bracket was not opened.",
    "tcp udp": "Write && or || between two conditions (before udp).",
    "10.0.0.1": "Say which field: ip.addr == 10.0.0.1.",
    "8080": "Say which field: tcp.port == 8080.",
    '"hello"': 'A text is looked for with contains: frame contains "hello".',
    "tcp.port ==": "After == comes a number, such as 8080 or 0x50.",
    "tcp &&": "A condition is missing after &&.",
    "tcp == 1": "tcp is a protocol: its name alone is the condition.",
    'tcp.port contains "8"': "contains asks for bytes in frame, tcp.payload or udp.payload; compare tcp.port with ==.",
    'frame contains "hel': 'A text ends with " as it begins.',
    "tcp.port in {80": "A set ends with }.",
    "tcp.payload[0:3] == 47": "Parts of a field, field[0:3], are not in this part of the language; write contains.",
}


@pytest.fixture(scope="module")
def capture(tmp_path_factory) -> Path:
    """A file with a bit of everything: a connection with a loss, a refused one, datagrams, fragments, ARP, IPv6."""
    path = tmp_path_factory.mktemp("packets") / "mixed.pcapng"

    def shout(conn: socket.socket) -> None:
        while said := conn.recv(65536):
            conn.sendall(said.upper())

    faults = [Drop(data=3)]
    with Network("client", "server", "third", delay_ms=5, faults=faults, arp=True, ipv6=True) as net:
        client, server, third = net.hosts
        server.start(shout, port=8080)
        with net.capture() as trace:
            with client.socket() as sock:
                sock.connect(("server", 8080))
                for number in range(12):
                    sock.sendall(b"GET /hello%d HTTP/1.1\r\n" % number)
                    sock.recv(100)
                sock.sendall(b"x" * 20_000)
                left = 20_000
                while left:
                    left -= len(sock.recv(65536))
            with third.socket() as sock, pytest.raises(ConnectionRefusedError):
                sock.connect(("server", 81))
            with (
                client.socket(type=socket.SOCK_DGRAM) as asking,
                server.socket(type=socket.SOCK_DGRAM) as asked,
            ):
                asked.bind(("server", 5353))
                asking.sendto(b"who?", ("server", 5353))
                _, address = asked.recvfrom(100)
                asked.sendto(b"me" * 2000, address)
                asking.recv(5000)
            with (
                third.socket(type=socket.SOCK_DGRAM) as asking,
                server.socket(type=socket.SOCK_DGRAM) as asked,
            ):
                asked.bind(("server", 5354))
                asking.sendto(b"ping", ("server", 5354))
                asked.recv(10)
            with client.socket(socket.AF_INET6) as sock, pytest.raises(ConnectionRefusedError):
                sock.connect((server.address6, 8080))
        trace.save(path)
    return path


LOAD = """([scripts, text, octets]) => {
  const found = new Function(scripts + "; return { compile, Frames, Wrong, pcapng };")();
  const bytes = Uint8Array.from(atob(octets), (letter) => letter.charCodeAt(0));
  window.lab = { ...found, frames: new found.Frames(JSON.parse(text), bytes) };
}"""
ASK = """(text) => {
  try {
    const { test, remark } = lab.compile(text, lab.frames), rows = [];
    for (let row = 0; row < lab.frames.list.rows; row += 1) if (test(row)) rows.push(row + 1);
    return { rows, remark };
  } catch (error) {
    if (!(error instanceof lab.Wrong)) throw error;
    return { wrong: error.message, from: error.from, to: error.to };
  }
}"""


@pytest.fixture
def asked(page, capture):
    """What the page's filter answers of the capture, without a notebook."""
    trace = Trace.load(capture)
    made, octets = listing(trace, {frame.number for frame in trace.frames})
    names = ("tokens", "filter", "keeping")
    scripts = "".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)
    page.evaluate(LOAD, [scripts, json.dumps(made), base64.b64encode(octets).decode()])
    return lambda text: page.evaluate(ASK, text)


@pytest.mark.program("tshark")
def test_a_filter_chooses_what_tsharks_chooses(asked, capture):
    """As far as the language goes here. What an ICMP message quotes tshark counts as fields of the frame, too: there is
    none in the capture."""
    filters = [each.strip() for line in ALIKE.strip().splitlines() for each in line.split(" | ")]
    ours = {text: asked(text)["rows"] for text in filters}
    plain = [
        "-o",
        "ip.defragment:FALSE",
        "-o",
        "tcp.desegment_tcp_streams:FALSE",
        "-T",
        "fields",
        "-e",
        "frame.number",
    ]
    theirs = {}
    for text in filters:
        said = subprocess.run(
            ["tshark", "-r", str(capture), *plain, "-Y", text], capture_output=True, text=True, check=True
        ).stdout
        theirs[text] = [int(line) for line in said.split()]
    assert ours == theirs
    assert sum(0 < len(rows) < len(Trace.load(capture).frames) for rows in ours.values()) > 50


def test_a_wrong_filter_is_told_what_would_be_right(asked):
    assert {text: asked(text).get("wrong") for text in WRONG} == WRONG
    assert (asked("tcp && tcp.flags.sny == 1")["from"], asked("tcp && tcp.flags.sny == 1")["to"]) == (7, 20)


def test_a_flag_without_a_value_gets_a_remark(asked):
    assert asked("tcp.flags.syn")["remark"] == (
        "Every frame of this protocol has tcp.flags.syn, set or not: write tcp.flags.syn == 1."
    )
    assert asked("tcp.flags.syn == 1")["remark"] == asked("tcp.analysis.retransmission")["remark"] == ""


def test_the_file_that_is_kept_is_the_capture_again(asked, page, capture, tmp_path):
    whole = Trace.load(capture)
    rows = [number - 1 for number in asked("tcp.stream == 0")["rows"]]
    encoded = "(rows) => btoa(Array.from(lab.pcapng(lab.frames, rows), (byte) => String.fromCharCode(byte)).join(''))"
    kept = tmp_path / "kept.pcapng"
    kept.write_bytes(base64.b64decode(page.evaluate(encoded, rows)))
    again = Trace.load(kept)
    assert [frame.data for frame in again.frames] == [whole.frames[row].data for row in rows]
    assert [frame.departed_ns + again.epoch_ns for frame in again.frames] == [
        whole.frames[row].departed_ns + whole.epoch_ns for row in rows
    ]


def listed(page: Page) -> Locator:
    panel = page.locator(".lkp-player")
    panel.locator(".lkp-frame").first.wait_for()
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    return panel


@in_both_looks
def test_by_keyboard_alone(lab, page, accessible, capture, tmp_path):
    count = len(Trace.load(capture).frames)
    shown = f"ladder_player(Trace.load({str(capture)!r}))"
    cell = f"from labkit import Trace\nfrom labkit.panels import ladder_player\n{shown}"
    notebook_of(lab, page, "packets.ipynb", [cell])
    panel = listed(page)
    rows, shown = panel.locator(".lkp-packet-rows .lkp-packet"), panel.locator(".lkp-count")
    expect(shown).to_have_text(f"{count} of {count} frames shown")
    page.keyboard.press("Tab")
    box = panel.get_by_role("combobox", name="Filter")
    expect(box).to_be_focused()

    # a field by completion, its value by hand
    page.keyboard.type("syn")
    page.keyboard.press("ArrowDown")
    proposed = panel.locator(".lkp-proposed [aria-selected='true']")
    expect(proposed).to_have_text("tcp.flags.syn opens a connection")
    page.keyboard.press("Enter")
    expect(box).to_have_value("tcp.flags.syn")
    expect(panel.locator(".lkp-filter-said")).to_have_text(re.compile("write tcp.flags.syn == 1"))
    page.keyboard.type(" == 1 && ip.src == 10.0.0.1")
    expect(shown).to_have_text(f"1 of {count} frames shown")
    expect(rows).to_have_count(1)
    assert panel.locator(".lkp-frame.lkp-faded").count() == panel.locator(".lkp-frame").count() - 1
    accessible(page, ".lkp-player")

    # wrong: told, and what was shown stays
    page.keyboard.type(" && tcp.prot == 1")
    expect(panel.locator(".lkp-filter-said")).to_have_text("There is no field tcp.prot here; tcp.port?")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(rows).to_have_count(1)

    # the next finding, its frame in the ladder, and the conversation
    box.fill("")
    panel.get_by_role("button", name="finding ▸").press("Enter")
    expect(panel.locator(".lkp-list-said")).to_have_text(
        re.compile(r"^Frame \d+: dropped by Drop\(data=3\)\.$")
    )
    expect(panel.locator(".lkp-title")).to_have_text(re.compile("^frame .*dropped"))
    panel.get_by_role("button", name="Follow stream").press("Enter")
    expect(box).to_have_value("tcp.stream == 0")
    turns = panel.locator(".lkp-turn")
    expect(turns.first).to_have_text("client :40000GET /hello0 HTTP/1.1\n")
    expect(turns.nth(1)).to_have_text("server :8080GET /HELLO0 HTTP/1.1\n")
    assert turns.count() >= 26
    accessible(page, ".lkp-player")
    with page.expect_download() as saved:
        panel.get_by_role("button", name="Save shown").press("Enter")
    saved.value.save_as(tmp_path / "shown.pcapng")
    assert len(Trace.load(tmp_path / "shown.pcapng").flows()) == 1

    # up and down the list
    panel.get_by_role("listbox", name="Packets").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    chosen = panel.locator(".lkp-packet[aria-selected='true']")
    expect(chosen).to_have_text(re.compile("SYN, ACK"))
    expect(panel.locator(".lkp-title")).to_have_text(re.compile("^frame .*SYN, ACK"))


LONG = """
from labkit import Network, Trace
from labkit.panels import ladder_player

with Network("client", "server", delay_ms=1) as net, net.capture() as trace:
    client, server = net.hosts

    def serve(conn):
        while conn.recv(65536):
            pass

    server.start(serve, port=8080)
    with client.socket() as sock:
        sock.connect((server.address, 8080))
        while len(trace.frames) < 5000:
            sock.sendall(bytes(500_000))
ladder_player(Trace(trace.frames[:5000], hosts=trace.hosts, addresses=trace.addresses))
"""
TYPE = """async (element, text) => {
  element.focus();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve)), found = [];
  for (let size = 1; size <= text.length; size += 1) {
    await frame();
    const pressed = performance.now();
    element.value = text.slice(0, size);
    element.setSelectionRange(size, size);
    element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await frame();
    await frame();
    found.push(performance.now() - pressed);
  }
  return found;
}"""


def test_of_a_long_trace_the_list_has_all_and_the_ladder_what_is_chosen(lab, page, record_property):
    """5,000 frames; the figure is told at the end, a busy machine decides too much of it for an assertion."""
    notebook_of(lab, page, "packets_long.ipynb", [LONG])
    panel = listed(page)
    expect(panel.locator(".lkp-count")).to_have_text("5,000 of 5,000 frames shown")
    assert panel.locator(".lkp-packet-rows .lkp-packet").count() < 40, "only rows in sight are elements"
    times = panel.locator(".lkp-filter").evaluate(
        TYPE, 'tcp.flags.ack == 1 && ip.src == 10.0.0.1 && tcp.len > 1000 || frame contains "none"'
    )
    told = f"median {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms"
    record_property("told", f"from a key press in the filter to the list, 5,000 frames: {told}")
    panel.locator(".lkp-filter").fill("")
    expect(panel.locator(".lkp-count")).to_have_text("5,000 of 5,000 frames shown")  # before a key chooses
    box = panel.get_by_role("listbox", name="Packets")
    title, fields = panel.locator(".lkp-title"), panel.get_by_role("tree", name="Fields")
    back = (("End", 5000), ("Home", 1)) * 2  # without another between: nothing new is asked of the kernel
    for key, number in (("End", 5000), ("PageUp", 4989), ("Home", 1), *back):
        box.focus()
        page.keyboard.press(key)
        expect(title).to_have_text(re.compile(f"(^|first of )frame {number}: "))
        expect(fields).to_contain_text("Transmission Control Protocol")
    expect(fields).to_contain_text("SYN")


PIECES = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests")!r})
from ladder_samples import Talk
from labkit import Drop
from labkit.panels import ladder_player

talk = Talk("client", "server")
for n in range(900):
    talk.udp(n, 1, 2, b"x", lost=Drop(nth=1) if n % 2 == 0 else "")
ladder_player(talk.trace())
"""


def test_a_trace_too_long_to_be_drawn_is_shown_where_one_looks(lab, page):
    """So many losses that folding leaves more than the ladder draws."""
    notebook_of(lab, page, "packets_part.ipynb", [PIECES])
    panel = listed(page)
    expect(panel.locator(".lkp-base")).to_contain_text("frames 1 to 400 of 900 are shown")
    box, title = panel.get_by_role("listbox", name="Packets"), panel.locator(".lkp-title")
    box.focus()
    page.keyboard.press("End")
    expect(title).to_have_text(re.compile("^frame 900: "))
    expect(panel.locator(".lkp-base")).to_contain_text("frames 501 to 900 of 900 are shown")
    expect(panel.locator(".lkp-clock")).to_have_text(re.compile(r"^899\.0 ms"))
    page.keyboard.press("Home")
    expect(title).to_have_text(re.compile("^frame 1: "))
    expect(panel.locator(".lkp-base")).to_contain_text("frames 1 to 400 of 900 are shown")
