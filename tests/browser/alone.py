"""A network that is nothing but a loopback interface, for the server and the browser of these tests.

python alone.py hold               makes it, says so, keeps it until the standard input ends; then ends what runs there
python alone.py join PID PROGRAM…  runs a program in the one that process PID keeps

What tries to leave the machine from in there fails at once, and the kernel counts it (`strays`). A user who is not
root makes it through a user namespace in which he stays who he is, so that everything else behaves as outside.
Sources: network_namespaces(7), user_namespaces(7), netdevice(7); the counters are those of RFC 4293.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import sys
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP = 0x8914, 0x8916, 1
# Chromium connects a datagram socket to this address about once a second, to learn whether there is IPv6; nothing is
# sent. Here the address is this machine, so that the counters stay with what matters.
PROBED = "2001:4860:4860::8888"
_libc = ctypes.CDLL(None, use_errno=True)


def hold() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0 or _libc.unshare(CLONE_NEWNET):  # root in a container may need the other way, too
        _call("unshare", CLONE_NEWUSER | CLONE_NEWNET)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))
    if socket.has_ipv6 and Path("/proc/self/net/if_inet6").exists():
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
            mine = struct.pack(
                "16sIi", socket.inet_pton(socket.AF_INET6, PROBED), 128, socket.if_nametoindex("lo")
            )
            fcntl.ioctl(control, SIOCSIFADDR, mine)
    print("ready", flush=True)
    sys.stdin.read()
    for pid in _others():  # the tests' process was killed, and could close neither server nor browser
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(pid)  # it and nobody who has been given its number since
            if _here(Path("/proc", str(pid))):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            os.close(descriptor)


def _others() -> list[int]:
    """The other processes of this process's network."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid() and _here(entry):
            found.append(int(entry.name))
    return found


def _here(process: Path) -> bool:
    try:
        return os.path.samefile(process / "ns/net", "/proc/self/ns/net")
    except OSError:  # it has just ended, or belongs to somebody else
        return False


def join(pid: str, program: list[str]) -> None:
    for name, kind in (("user", CLONE_NEWUSER), ("net", CLONE_NEWNET)):
        there = f"/proc/{pid}/ns/{name}"
        if os.path.samefile(there, f"/proc/self/ns/{name}"):
            continue
        descriptor = os.open(there, os.O_RDONLY | os.O_CLOEXEC)
        _call("setns", descriptor, kind)
    os.execvp(program[0], program)


def strays(pid: int) -> dict[str, int]:
    """How often something in the network of process *pid* asked for a way off the machine, by what it asked for."""
    counts: dict[str, int] = {}
    lines = [line.split() for line in Path(f"/proc/{pid}/net/snmp").read_text().splitlines()]
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        kind = names[0].removesuffix(":")
        counts |= {kind + name: int(value) for name, value in zip(names[1:], values[1:], strict=True)}
    ipv6 = Path(f"/proc/{pid}/net/snmp6")
    if ipv6.exists():  # a kernel may be without
        counts |= {name: int(value) for name, value in map(str.split, ipv6.read_text().splitlines())}
    # A name server at a loopback address is where one asks for names: a datagram to a port where none is.
    kinds = {"IPv4 routes": "IpOutNoRoutes", "IPv6 routes": "Ip6OutNoRoutes"}
    kinds |= {"names by IPv4": "UdpNoPorts", "names by IPv6": "Udp6NoPorts"}
    return {kind: counts.get(counter, 0) for kind, counter in kinds.items()}


def _call(name: str, *arguments: int) -> None:
    if getattr(_libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


if __name__ == "__main__":
    if sys.argv[1] == "hold":
        hold()
    else:
        join(sys.argv[2], sys.argv[3:])
