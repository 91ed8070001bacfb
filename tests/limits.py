"""Run a command as somebody who may do less: no namespaces, no capture, no /dev/net/tun.

    argv = limits.command([sys.executable, "-m", "labkit", "doctor"])
    subprocess.run(argv, ...)

The limits are the kernel's own and end with the command: it runs without any capability, as an ordinary user of a
user namespace (user_namespaces(7)) whose limits of further namespaces are 0. The machine's settings stay as they are.
Started by root, that user is number 65534, with none of root's rights but that the files of root are its own: a
Python in a home of mode 0700 can be run. Started by anybody else, it is who you are.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys

NOBODY = 65534
_NEWNS, _NEWUSER, _NEWNET = 0x20000, 0x10000000, 0x40000000
_CAP_NET_RAW, _AMBIENT, _RAISE = 13, 47, 2
_VERSION_3 = 0x20080522


def command(argv, *, namespaces: bool = False, capture: bool = False, tun: bool = True) -> list[str]:
    """The command line that runs `argv` with less rights.

    namespaces  may it make namespaces? (False: the mode is not "namespaces")
    capture     may it capture on the loopback interface? Then it has a network of its own, in which there is
                nothing but a loopback interface: what it serves there is not to be reached from elsewhere.
    tun         is there a /dev/net/tun? (False: the folder /dev/net is empty)

    So `command(argv)` gives the mode "recorded", `command(argv, capture=True)` "loopback", and
    `command(argv, namespaces=True, tun=False)` "namespaces" with packet ports. The command has your environment and
    folders: give what it starts (Jupyter, IPython) folders of its own, as in any test.
    """
    rights = [name for name, on in (("namespaces", namespaces), ("capture", capture), ("tun", tun)) if on]
    return [sys.executable, "-I", "-S", os.path.abspath(__file__), ",".join(rights), *map(str, argv)]


def why_not() -> str:
    """Why commands cannot be limited so on this machine (for `pytest.skip`); "" where they can."""
    ran = subprocess.run(command(["true"], capture=True), capture_output=True, text=True)
    return (ran.stderr.strip().splitlines() or ["it failed"])[-1] if ran.returncode else ""


def _limit(rights: list[str]) -> None:
    """Take away from this process, and all that it starts, what is not among the rights."""
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        os.setgroups([])
    capture, tun = "capture" in rights, "tun" in rights
    _call("unshare", _NEWUSER | _NEWNET * capture | _NEWNS * (not tun))
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid or NOBODY} {uid} 1")
    _write("/proc/self/gid_map", f"{gid or NOBODY} {gid} 1")
    if not tun:
        _call("mount", b"none", b"/dev/net", b"tmpfs", 0, None)
    if capture:
        _bring_up_lo()
        _keep(_CAP_NET_RAW)
    if "namespaces" not in rights:
        _write("/proc/sys/user/max_user_namespaces", "0")
        _write("/proc/sys/user/max_net_namespaces", "0")
    # What rights it still has over its namespace go with execve(2), since it is not user 0 there; but for those kept.


def _bring_up_lo() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, 0x8914, struct.pack("16sh22x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


def _keep(capability: int) -> None:
    """Keep one capability over execve(2): it must be inheritable, and ambient (capabilities(7))."""
    bit = 1 << capability
    header = struct.pack("Ii", _VERSION_3, 0)
    _call("capset", header, struct.pack("6I", bit | 1 << 24 | 1 << 21, bit | 1 << 24 | 1 << 21, bit, 0, 0, 0))
    _call("prctl", _AMBIENT, _RAISE, capability, 0, 0)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _call(name: str, *arguments) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    _limit(sys.argv[1].split(","))
    os.execvp(sys.argv[2], sys.argv[2:])
