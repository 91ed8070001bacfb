"""Who is let in by a network's door, and what is left when they are gone: nothing.

Twenty terminals are opened and killed; fifty where LABKIT_ALL_EDITIONS is set (every night).
"""

from __future__ import annotations

import contextlib
import marshal
import os
import signal
import socket
import subprocess

import pytest
from waiting import wait_for

from bench.lab import gone
from labkit.network.doors.door import Door, doors
from labkit.network.line import WentAway

SLEEPS = ["sh", "-c", "sleep 1000 & (sleep 1000; true) & echo ready; wait"]
TENS = 5 if os.environ.get("LABKIT_ALL_EDITIONS") else 2
OTHER = 65534  # a user who is not the one that runs the tests


def door_of(helper):
    """The name of the network's door, of whichever user it is."""
    with open("/proc/net/unix") as file:
        return next(line.split()[7][1:] for line in file if f"/{helper}-" in line)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def on_host(helper):
    """The processes that are in a network of a helper's hosts."""
    hosts = {link for link in opened(helper) if link.startswith("net:[")}
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/ns/net") in hosts and int(pid) != helper:
                found.add(int(pid))
        except OSError:
            continue
    return found


def opened(pid):
    """What the descriptors of a process stand for."""
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            yield os.readlink(f"/proc/{pid}/fd/{name}")


def as_another_user(function):
    """What the function returns (bytes) when a child of another user calls it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(OTHER, OTHER, OTHER)
            os.setresuid(OTHER, OTHER, OTHER)
            os.write(writing, function())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        said = file.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.root
def test_another_user_is_turned_away(net):
    name = door_of(net._core.client.pid)

    def ask():
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
            sock.settimeout(20)
            sock.connect(f"\0{name}")
            try:
                sock.send(marshal.dumps((1, "tell", ()), 4))
                return b"answered" if sock.recv(1000) else b"turned away"
            except (BrokenPipeError, ConnectionResetError):
                return b"turned away"

    def find():
        try:
            Door(name)
        except WentAway:
            found = net._core.client.pid in [
                door.pid for door in doors()[0]
            ]  # that user may have networks, too
            return b"refused here; found: " + str(found).encode()
        return b"let in"

    assert as_another_user(ask) == b"turned away"
    assert as_another_user(find) == b"refused here; found: False"
    assert net.client.sysctl("net.ipv4.tcp_sack") == "1"


@pytest.mark.root
def test_a_door_that_another_user_puts_up_in_our_name_is_passed_over(net):
    name = f"labkit/{os.geteuid()}/1-feigned{os.getpid()}"  # another run of the tests may do the same
    ours, theirs = socket.socketpair()

    def feign():
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
            sock.bind(f"\0{name}")
            sock.listen()
            theirs.send(b"up")
            theirs.recv(1)
        return b"nobody came"

    child = os.fork()
    if child == 0:
        ours.close()
        as_another_user(feign)
        os._exit(0)
    theirs.close()  # else we wait for ever for a child that could not do it
    with ours:
        assert ours.recv(2) == b"up"
        with pytest.raises(WentAway):
            Door(name)
        found, silent = doors()
        assert net._core.client.pid in [door.pid for door in found] and silent == []
        for door in found:
            door.close()
        ours.send(b"x")
    os.waitpid(child, 0)


def test_what_is_no_question_ends_nothing(net):
    name = door_of(net._core.client.pid)
    for rubbish in (b"GET / HTTP/1.0", marshal.dumps([1, 2, 3]), marshal.dumps((1, 2)), b"\xff"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
            sock.settimeout(20)
            sock.connect(f"\0{name}")
            sock.send(rubbish)
            assert sock.recv(100) == b""
    assert net.client.sysctl("net.ipv4.tcp_sack") == "1"


def test_a_guest_may_not_end_the_network(net):
    door = Door(door_of(net._core.client.pid))
    door.ask("end")
    assert net.client.sysctl("net.ipv4.tcp_sack") == "1"
    door.close()


def test_many_opened_and_killed_leave_nothing(elsewhere):
    elsewhere.on("client", "true")  # what is made once is made
    before = descriptors(elsewhere.helper)
    line = elsewhere.labkit("on", f"client@{elsewhere.helper}", "--", *SLEEPS)
    for _ in range(TENS):
        terminals = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for _ in range(10)]
        for terminal in terminals:
            assert terminal.stdout.readline() == "ready\n"
        wait_for(lambda: len(on_host(elsewhere.helper)) == 40)
        for terminal in terminals:
            terminal.kill()
        for terminal in terminals:
            terminal.wait(20)
            terminal.stdout.close()
        wait_for(lambda: not on_host(elsewhere.helper))
    wait_for(
        lambda: descriptors(elsewhere.helper) <= before
    )  # when it was counted somebody may have looked in
    assert elsewhere.on("client", "true").returncode == 0


@pytest.mark.parametrize("whom", ["helper", "owner"])
def test_killed_with_a_terminal_open(elsewhere, whom):
    line = elsewhere.labkit("on", f"client@{elsewhere.helper}", "--", *SLEEPS)
    terminal = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert terminal.stdout.readline() == "ready\n"
    wait_for(lambda: len(on_host(elsewhere.helper)) == 4)
    there = on_host(elsewhere.helper)
    os.kill({"helper": elsewhere.helper, "owner": elsewhere.owner.pid}[whom], signal.SIGKILL)
    _, said = terminal.communicate(timeout=20)
    assert "the network has ended" in said and terminal.returncode == 137
    assert gone([*there, elsewhere.helper])


def test_a_private_network_has_no_door(network):
    net = network(private=True)
    helper = net._core.client.pid
    with open("/proc/net/unix") as file:
        assert f"/{helper}-" not in file.read()
    assert "labkit on" not in repr(net)


def test_a_network_says_how_a_terminal_gets_in(network):
    assert repr(network()).endswith("; in a terminal: labkit on client>")
    named = network("alice", "bob", name="chat.of-two")
    assert repr(named).endswith("; in a terminal: labkit on alice@chat.of-two>")
    found, _ = doors()
    assert "chat.of-two" in [door.told["name"] for door in found]
    for door in found:
        door.close()


def test_where_files_have_run_out_who_knocks_is_turned_away(net):
    import resource

    helper = net._core.client.pid
    name = door_of(helper)
    limits = resource.prlimit(helper, resource.RLIMIT_NOFILE)

    def turned_away():
        # Somebody from elsewhere may look in just now: then there is room when they have left.
        resource.prlimit(helper, resource.RLIMIT_NOFILE, (descriptors(helper), limits[1]))
        try:
            Door(name).close()
        except WentAway:
            return True
        return False

    try:
        for _ in range(3):
            wait_for(turned_away)
    finally:
        resource.prlimit(helper, resource.RLIMIT_NOFILE, limits)
    Door(name).close()
    assert net.client.sysctl("net.ipv4.tcp_sack") == "1"
