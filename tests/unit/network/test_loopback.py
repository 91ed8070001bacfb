"""What of the loopback network needs no right: its filter, its addresses, and whose a frame is."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys

import pytest
from ports import own_ports

from labkit.network.loopback import addresses
from labkit.network.loopback.addresses import claim
from labkit.network.loopback.foreign import foreign_holder, lines_of
from labkit.network.loopback.places import by_address, by_port
from labkit.network.loopback.scapytap import in_order
from labkit.network.loopback.tap import between
from labkit.traces import clock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's loopback interface")
HOSTS = ("127.1.0.1", "127.1.0.2")


def frame(
    source="127.1.0.1", target="127.1.0.2", sport=40000, dport=8080, kind=0x0800, protocol=6, options=0
) -> bytes:
    first = 0x45 + options
    header = struct.pack(
        "!BBHHHBBH4s4s",
        first,
        0,
        40,
        1,
        0,
        64,
        protocol,
        0,
        socket.inet_aton(source),
        socket.inet_aton(target),
    )
    return (
        bytes(12)
        + struct.pack("!H", kind)
        + header
        + bytes(4 * options)
        + struct.pack("!HH", sport, dport)
        + bytes(16)
    )


def run(code, data: bytes, packet_type: int) -> int:
    """What a classic BPF program of these few instructions returns: how much of the packet to keep."""
    value, place = 0, 0
    while True:
        what, on_true, on_false, number = code[place]
        place += 1
        if what == 0x20 and number == 0xFFFFF004:
            value = packet_type
        elif what == 0x20:
            value = int.from_bytes(data[number : number + 4], "big")
        elif what == 0x28:
            value = int.from_bytes(data[number : number + 2], "big")
        elif what == 0x54:
            value &= number
        elif what == 0x15:
            place += on_true if value == number else on_false
        else:
            assert what == 0x06
            return number


@pytest.mark.parametrize(
    ("data", "packet_type", "kept"),
    [
        (frame(), socket.PACKET_OUTGOING, 777),
        (frame(), socket.PACKET_HOST, 0),  # the same frame as it comes in
        (frame("127.0.0.1", "127.0.0.1"), socket.PACKET_OUTGOING, 0),  # Jupyter's own
        (frame("127.0.0.1"), socket.PACKET_OUTGOING, 0),
        (frame(target="127.2.0.2"), socket.PACKET_OUTGOING, 0),
        (frame("10.1.0.1", "10.1.0.2"), socket.PACKET_OUTGOING, 0),
        (frame(kind=0x86DD), socket.PACKET_OUTGOING, 0),
    ],
)
def test_the_filter_keeps_each_frame_of_the_network_once(data, packet_type, kept):
    assert run(between(bytes([127, 1]), 777, socket.PACKET_OUTGOING), data, packet_type) == kept
    turned = {socket.PACKET_OUTGOING: socket.PACKET_HOST, socket.PACKET_HOST: socket.PACKET_OUTGOING}[
        packet_type
    ]
    assert run(between(bytes([127, 1]), 777, socket.PACKET_HOST), data, turned) == kept


def test_whose_a_frame_is_by_its_addresses():
    places = by_address(HOSTS)
    assert places(frame()) == (0, 1)
    assert places(memoryview(frame("127.1.0.2", "127.1.0.1"))) == (1, 0)
    assert places(frame(target="127.1.0.3")) is None
    assert places(frame(target="127.1.0.1")) is None  # to itself: no cable would see it


def test_whose_a_frame_is_by_its_ports():
    ports = {(6, 40000): 0, (6, 8080): 1, (17, 8080): 0}
    places = by_port(ports)
    assert places(frame("127.0.0.1", "127.0.0.1")) == (0, 1)
    assert places(frame("127.0.0.1", "127.0.0.1", options=2)) == (0, 1)
    assert places(frame("127.0.0.1", "127.0.0.1", sport=8888)) is None
    assert places(frame("127.0.0.1", "127.0.0.1", protocol=17)) is None
    assert places(frame(kind=0x86DD)) is None and places(b"") is None


def test_claims_at_the_same_time_have_other_addresses():
    claims = [claim(2) for _ in range(5)]
    try:
        assert len({one.hosts for one in claims}) == 5
        assert all(one.hosts[0].startswith(f"127.{one.block[1]}.0.") for one in claims)
    finally:
        for one in claims:
            one.close()


def test_a_block_with_sockets_in_it_is_left_alone():
    first = claim(2)
    block = first.block[1]
    with socket.socket() as left:
        left.bind((first.hosts[0], 0))
        left.listen()
        first.close()
        assert block in addresses._used_blocks()
        with_another = claim(2)
        with_another.close()
        assert with_another.block[1] != block


def test_a_block_that_another_used_while_we_looked_is_left_alone(monkeypatch):
    look, left = addresses._used_blocks, []

    def busy(besides=None):
        found = look(besides)
        if not left:  # another process claims the block that we shall choose, uses it, and is gone
            free = min(set(addresses._BLOCKS) - found)
            left.append(socket.create_server((f"127.{free}.0.1", 0)))
        return found

    monkeypatch.setattr(addresses, "_used_blocks", busy)
    one = claim(2)
    one.close()
    with left[0]:
        assert not left[0].getsockname()[0].startswith(f"127.{one.block[1]}.")


def test_when_all_are_used_one_that_is_free_is_taken_all_the_same(monkeypatch):
    monkeypatch.setattr(addresses, "_used_blocks", lambda besides=None: set(range(256)))
    one = claim(2)
    one.close()
    assert one.block[0] == 127


def test_no_addresses_left_says_why(monkeypatch):
    monkeypatch.setattr(addresses, "_BLOCKS", ())
    with pytest.raises(OSError, match="close some networks"):
        claim(2)


def test_another_program_on_the_port_of_the_claim_is_no_hindrance(monkeypatch):
    with socket.socket(type=socket.SOCK_DGRAM) as squatter:
        squatter.bind(("", 0))
        port = squatter.getsockname()[1]
        monkeypatch.setattr(addresses, "_PORTS", (port, *addresses._PORTS))
        one = claim(2)
        one.close()
        assert one.address[1] in addresses._PORTS[1:]


def test_the_machines_table_as_far_as_it_is_about_a_host():
    one = claim(2)
    try:
        with socket.socket() as ours, socket.socket() as others:
            ours.bind((one.hosts[1], 0))
            others.bind(("127.0.0.1", 0))
            for each in (ours, others):
                each.listen()
            heading, *lines = lines_of("tcp", one.hosts[1]).splitlines()
            assert "local_address" in heading
            assert [int(line.split()[1][9:], 16) for line in lines] == [ours.getsockname()[1]]
            assert lines_of("tcp", one.hosts[0]).splitlines() == [heading]
    finally:
        one.close()


def test_who_holds_a_port_on_all_addresses():
    with own_ports(1) as (port,), socket.socket() as wide:  # nobody has it for UDP
        wide.bind(("", port))
        wide.listen()
        words = foreign_holder(port, "tcp")
        assert words.startswith("another program of this machine, on all its addresses (")
        assert f"process {os.getpid()})" in words
        assert foreign_holder(port, "udp") == ""


@pytest.mark.root
def test_a_process_that_may_not_be_looked_at_is_said_to_be_anothers():
    with socket.socket() as wide:
        wide.bind(("", 0))
        wide.listen()
        port = wide.getsockname()[1]
        code = f"from labkit.network.loopback.foreign import foreign_holder as f; print(f({port}, 'tcp'))"
        import limits

        ran = subprocess.run(
            limits.command([sys.executable, "-c", code]), capture_output=True, text=True, check=True
        )
    assert "on all its addresses" in ran.stdout


def test_the_clocks_difference_is_that_of_the_clocks(monkeypatch):
    readings = iter([0, 100, 1000, 1010, 2000, 2500])
    walls = iter([5_000_000, 6_000_000, 7_000_000])
    monkeypatch.setattr(clock.time, "monotonic_ns", lambda: next(readings))
    monkeypatch.setattr(clock.time, "time_ns", lambda: next(walls))
    assert clock.monotonic_offset() == 6_000_000 - 1005  # of three, the one with the least time in between


@pytest.mark.parametrize(
    ("times", "before", "told"),
    [
        ([], 5, []),
        ([10, 20, 30], 5, [10, 20, 30]),
        ([40, 50, 20, 30], 5, [20, 20, 20, 30]),  # the first two were stamped when they were read
        ([10, 20], 15, [15, 20]),  # the one before was
    ],
)
def test_a_frame_has_no_later_time_than_the_next(times, before, told):
    assert in_order(times, before) == told
