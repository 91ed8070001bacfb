"""Programs that drop root, where there is nobody else to become: in a user namespace with one user.

There a host's programs run as root, who outside is the ordinary user that made the network, and tcpdump, nginx and
many others, which begin as root and go on as somebody with fewer rights, would end with "Invalid argument". A filter
(seccomp(2)) lets the calls that would become, or give a file to, a user who does not exist there seem to succeed;
nothing else happens, and no right is won. Charliecloud's ch-run --seccomp does the same for builds of containers.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2  # prctl(2)
_ALLOW, _SUCCEED = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with the number 0
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K: <linux/bpf_common.h>
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # places in a struct seccomp_data
_OURS = (0, 0xFFFFFFFF)  # a user or group that is there, and "as it is"
# By machine: its AUDIT_ARCH_…; setuid setgid setreuid setregid setgroups setresuid setresgid; and for each call that
# gives a file away where its user stands among the arguments, the group behind it: chown fchown lchown fchownat.
_CALLS = {
    "x86_64": (0xC000003E, (105, 106, 113, 114, 116, 117, 119), {92: 1, 93: 1, 94: 1, 260: 2}),
    "aarch64": (0xC00000B7, (146, 144, 145, 143, 159, 147, 149), {55: 1, 54: 2}),
}


def one_user() -> bool:
    """Is this process in a user namespace that has one user only?"""
    with open("/proc/self/uid_map") as file:
        return [line.split()[2] for line in file] == ["1"]


def seem_to_succeed() -> None:
    """From now on, in this process and its children. Where a kernel has no filters, calls fail as they did."""
    calls = _CALLS.get(os.uname().machine)
    if calls is None or sys.byteorder != "little":
        return
    steps = _filter(*calls)
    code = ctypes.create_string_buffer(b"".join(steps), 8 * len(steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
    ctypes.CDLL(None).prctl(_PR_SET_SECCOMP, _MODE_FILTER, program, 0, 0)


def _filter(architecture: int, becoming: tuple[int, ...], giving: dict[int, int]) -> list[bytes]:
    """Instructions of classic BPF, a struct sock_filter each: the calls by number, and their users by argument."""
    end = [_step(_RETURN, _ALLOW), _step(_RETURN, _SUCCEED)]
    places = sorted(set(giving.values()))
    checks = [_users(place) for place in places]  # behind the calls: each jumps to its own, all of one length
    begin = [_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, architecture, 1, 0), end[0], _step(_LOAD, _NUMBER)]
    targets = [(number, 1) for number in becoming]
    targets += [(number, 2 + len(checks[0]) * places.index(place)) for number, place in giving.items()]
    for follow, (number, target) in zip(reversed(range(len(targets))), targets, strict=True):
        begin.append(_step(_EQUAL, number, follow + target, 0))
    return [*begin, *end, *(step for check in checks for step in check)]


def _users(place: int) -> list[bytes]:
    """Is one of the user and the group at this argument nobody's here?"""
    first, second = (_ARGUMENTS + 8 * number for number in (place, place + 1))  # the low half comes first
    none, as_it_is = _OURS
    return [
        _step(_LOAD, first),
        _step(_EQUAL, none, 1, 0),
        _step(_EQUAL, as_it_is, 0, 4),
        _step(_LOAD, second),
        _step(_EQUAL, none, 1, 0),
        _step(_EQUAL, as_it_is, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _SUCCEED),
    ]


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
