"""Run a command in a situation that stops, or limits, labkit: the kernel's own, made anew for this command.

    argv = provoke.command([sys.executable, "-m", "labkit", "doctor"], "net limit zero")
    subprocess.run(argv, ...)

Like tests/limits.py, from which the way of doing it is: the command becomes an ordinary user of a user namespace, with
mounts, limits and filters of its own; the machine's settings and files stay as they are.  Started by root, that user
is number 65534, who owns what is root's.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
import subprocess
import sys
from collections.abc import Callable

NOBODY = 65534
_NEWNS, _NEWUSER, _NEWNET, _NEWPID = 0x20000, 0x10000000, 0x40000000, 0x20000000
_MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 32, 4096, 0x4000, 1 << 18
_DETACH = 2

situations: dict[str, Callable[[], None]] = {}


def command(argv, *names: str) -> list[str]:
    """The command line that runs `argv` where all these situations are."""
    unknown = set(names) - set(situations)
    if unknown:
        raise ValueError(
            f"no such situations: {', '.join(sorted(unknown))}; there are: {', '.join(situations)}"
        )
    return [sys.executable, "-I", "-S", os.path.abspath(__file__), ",".join(names), *map(str, argv)]


def why_not(*names: str) -> str:
    """Why this machine cannot be brought into these situations (for `pytest.skip`); "" where it can."""
    ran = subprocess.run(command(["true"], *names), capture_output=True, text=True)
    return (ran.stderr.strip().splitlines() or ["it failed"])[-1] if ran.returncode else ""


def situation(function: Callable[[], None]) -> Callable[[], None]:
    situations[function.__name__.replace("_", " ").strip()] = function
    return function


# ---- Limits ----


@situation
def user_limit_zero() -> None:
    _write("/proc/sys/user/max_user_namespaces", "0")


@situation
def net_limit_zero() -> None:
    _write("/proc/sys/user/max_net_namespaces", "0")


@situation
def net_limit_used_up() -> None:
    """One network namespace is allowed, and this process holds it: the next is one too many."""
    _write("/proc/sys/user/max_net_namespaces", "1")
    _call("unshare", _NEWNET)


@situation
def user_limit_used_up() -> None:
    """The limit of the namespace around ours counts too, although ours shows a number of its own."""
    _write("/proc/sys/user/max_user_namespaces", "1")
    _enter_user_namespace(1000)


@situation
def few_descriptors() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 4096))


@situation
def few_descriptors_for_good() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))


@situation
def old_kernel() -> None:
    """uname(2) answers with a release 2.6 (personality(2), UNAME26)."""
    if ctypes.CDLL(None).personality(0x0020000) < 0:
        raise OSError("personality(UNAME26) is refused")


# ---- Filters (seccomp(2)), as containers have them ----


@situation
def filter_of_namespaces() -> None:
    """What Docker's own filter does to an ordinary process: no unshare, no new namespaces by clone."""
    _filter(
        (_number("unshare"), None, errno.EPERM),
        (_number("clone"), (0, 0x7E020000), errno.EPERM),
        (_number("clone3"), None, errno.ENOSYS),
    )


@situation
def no_packet_sockets() -> None:
    """As with systemd's RestrictAddressFamilies: no socket(AF_PACKET, …)."""
    _filter((_number("socket"), (0, 17), errno.EAFNOSUPPORT), exact=True)


@situation
def rights_taken_in_user_namespaces() -> None:
    """What AppArmor does on Ubuntu since 24.04: unshare(CLONE_NEWUSER) works, and the capabilities in it are refused,
    the first of them in open("/proc/self/setgroups", O_WRONLY).  Only these are refused here: opens for writing alone,
    close-on-exec."""
    _filter((_number("openat"), (2, os.O_WRONLY | os.O_CLOEXEC), errno.EACCES), exact=True)


# ---- Files ----


@situation
def apparmor_restricts() -> None:
    """The setting by which Ubuntu says so, in a kernel that may not have it."""
    _sysctl_of_the_kernel("apparmor_restrict_unprivileged_userns", "1")


@situation
def userns_clone_forbidden() -> None:
    """Debian's setting, and what it does."""
    _sysctl_of_the_kernel("unprivileged_userns_clone", "0")
    _filter((_number("unshare"), (0, _NEWUSER), errno.EPERM))


@situation
def no_mark() -> None:
    """No file in / that says what container this is; the other marks have none but their own."""
    _root_with()


@situation
def docker_mark() -> None:
    _root_with("/.dockerenv")


@situation
def podman_mark() -> None:
    _root_with()
    _tmpfs("/run")
    open("/run/.containerenv", "w").close()


@situation
def flatpak_mark() -> None:
    _root_with("/.flatpak-info")


@situation
def no_tun() -> None:
    _tmpfs("/dev/net")


@situation
def closed_tun() -> None:
    """The device is there and cannot be opened (EACCES), as one of mode 600 cannot; making such a one takes root."""
    os.stat("/dev/net/tun")
    _bind_again("/dev/net", 4)  # nodev


@situation
def read_only_settings() -> None:
    _bind_again("/proc/sys", _MS_RDONLY)


@situation
def hidden_processes() -> None:
    _proc(b"hidepid=2")


@situation
def processes_only() -> None:
    _proc(b"subset=pid")


@situation
def chroot() -> None:
    os.chroot(_another_root())
    os.chdir("/" + _folder.lstrip("/"))


# ---- How ----

_folder = ""


def _become_ordinary() -> None:
    global _folder
    _folder = os.getcwd()
    if os.geteuid() == 0:
        os.setgroups([])
    _enter_user_namespace(NOBODY, _NEWNS)
    _call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    # What rights are left over this namespace go with execve(2), since this is not user 0 in it.


def _enter_user_namespace(number: int, more: int = 0) -> None:
    """One in which we are user `number` (ourselves, if we are not root), with all rights until the next execve(2)."""
    uid, gid = os.geteuid(), os.getegid()
    _call("unshare", _NEWUSER | more)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid or number} {uid} 1")
    _write("/proc/self/gid_map", f"{gid or number} {gid} 1")


def _tmpfs(folder: str) -> None:
    _call("mount", b"none", folder.encode(), b"tmpfs", 0, b"mode=755")


def _proc(options: bytes) -> None:
    """A /proc with these options, of a pid namespace of its own: there is one with others in the one around."""
    _call("unshare", _NEWPID)
    child = os.fork()  # a pid namespace begins with the next process
    if child:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    _call("mount", b"proc", b"/proc", b"proc", 14, options)


def _sysctl_of_the_kernel(name: str, value: str) -> None:
    """Cover /proc/sys/kernel with a folder that has this file, and what Python asks for."""
    _tmpfs("/proc/sys/kernel")
    _write(f"/proc/sys/kernel/{name}", value, os.O_CREAT)


def _another_root() -> str:
    """A folder in which everything of / is, under a root folder of its own."""
    _call("mount", b"none", b"/mnt", b"tmpfs", 0, b"mode=755")
    new = "/mnt/root"
    os.mkdir(new)
    for entry in os.scandir("/"):
        target = new + entry.path
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), target)
        elif entry.is_dir() and entry.name != "mnt":
            os.mkdir(target)
            _call("mount", entry.path.encode(), target.encode(), None, _MS_BIND | _MS_REC, None)
    return new


def _root_with(*files: str) -> None:
    """A root folder with these empty files and no others, by pivot_root(2), after which we are in no chroot."""
    new = _another_root()
    _call("mount", new.encode(), new.encode(), None, _MS_BIND | _MS_REC, None)
    for file in files:
        open(new + file, "w").close()
    os.mkdir(new + "/mnt")
    _call("syscall", _number("pivot_root"), new.encode(), (new + "/mnt").encode())
    os.chdir("/")
    _call("umount2", b"/mnt", _DETACH)
    os.chdir(_folder)


def _bind_again(folder: str, flags: int) -> None:
    """Mount a folder over itself with more flags; those that it has (nosuid, nodev, noexec) must be kept."""
    kept = os.statvfs(folder).f_flag & (2 | 4 | 8)
    _call("mount", folder.encode(), folder.encode(), None, _MS_BIND | _MS_REC, None)
    _call("mount", None, folder.encode(), None, _MS_REMOUNT | _MS_BIND | flags | kept, None)


_NUMBERS = {  # of system calls, by machine
    "x86_64": {"unshare": 272, "clone": 56, "clone3": 435, "socket": 41, "openat": 257, "pivot_root": 155},
    "aarch64": {"unshare": 97, "clone": 220, "clone3": 435, "socket": 198, "openat": 56, "pivot_root": 41},
}


def _number(call: str) -> int:
    return _NUMBERS[os.uname().machine][call]


def _filter(*rules, exact: bool = False) -> None:
    """Answer system calls with an errno: (number, None or (which argument, bits), errno).  With bits, only where one of
    them is set; with `exact`, where the argument (its lower 32 bits) is this number."""
    load, equal, any_of, give = 0x20, 0x15, 0x45, 0x06
    program = []
    for number, argument, refusal in rules:
        steps = []
        if argument is not None:
            steps = [(load, 0, 0, 16 + 8 * argument[0]), (equal if exact else any_of, 0, 1, argument[1])]
        steps.append((give, 0, 0, 0x00050000 | refusal))
        program += [(load, 0, 0, 0), (equal, 0, len(steps), number), *steps]
    program.append((give, 0, 0, 0x7FFF0000))
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    _call("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    _call("prctl", 22, 2, struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer)))


def _write(path: str, text: str, flags: int = 0) -> None:
    descriptor = os.open(path, os.O_RDWR | flags)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _call(name: str, *arguments) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


if __name__ == "__main__":
    _become_ordinary()
    for _name in sys.argv[1].split(",") if sys.argv[1] else []:
        situations[_name]()
    os.execvp(sys.argv[2], sys.argv[2:])
