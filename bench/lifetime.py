"""What is left behind? Owners killed with SIGKILL, networks made and closed."""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from labkit import Network
from labkit.wire.namespaces import CLONE_NEWNET, CLONE_NEWUSER

from . import lab
from .figures import Figure, Note
from .wire import NAMES

_KILLS, _BATCH, _NETWORKS = 50, 10, 200
_OWNER = """
import sys
from labkit import Network
net = Network("client", "server", port=sys.argv[1])
net.server.spawn(["sleep", "1000"])
held = [net.client.socket() for _ in range(10)]
trace = net.capture()
print(net._core.client.pid, flush=True)
sys.stdin.read()
"""


def _own_user_namespace() -> None:
    """From here on the kernel counts the network namespaces that we and our children make."""
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        Path(f"/proc/self/{name}").write_text(text)


def _namespaces_left() -> int:
    """How many network namespaces of ours the kernel still has: so many that one more is refused (ucounts)."""
    deadline = time.monotonic() + 20  # it frees them in the background
    while not _one_more_fits(0):
        if time.monotonic() > deadline:
            return next(count for count in range(1, 10_000) if _one_more_fits(count))
        time.sleep(0.05)
    return 0


def _one_more_fits(count: int) -> bool:
    Path("/proc/sys/user/max_net_namespaces").write_text(str(count + 1))
    pid = os.fork()
    if pid == 0:
        os._exit(ctypes.CDLL(None).unshare(CLONE_NEWNET) != 0)
    return os.waitpid(pid, 0)[1] == 0


def _family(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        children = [int(word) for word in file.read().split()]
    return children + [member for child in children for member in _family(child)]


def killed(port: str, count: int) -> dict:
    """Kill owners with SIGKILL, several at once; what of theirs is left 20 s later at most."""
    _own_user_namespace()
    processes = []
    for first in range(0, count, _BATCH):
        owners = [
            subprocess.Popen(
                [sys.executable, "-c", _OWNER, port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            for _ in range(min(_BATCH, count - first))
        ]
        for owner in owners:
            helper = int(owner.stdout.readline())
            processes += [helper, *_family(helper)]
        for owner in owners:
            owner.kill()
        for owner in owners:
            owner.communicate()
    left = sum(not lab.gone([pid]) for pid in processes)
    return {
        "processes": left,
        "namespaces": _namespaces_left(),
        "seen": len(processes),
    }


def closed(port: str, count: int) -> dict:
    """Make and close networks one after the other in this process; what is left of them in it, or of their helpers."""
    _own_user_namespace()
    Network("a", "b", port=port).close()
    descriptors, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
    pids = []
    for _ in range(count):
        net = Network("a", "b", port=port)
        net.a.socket().close()
        pids.append(net._core.client.pid)
        net.close()
    del net
    gc.collect()
    left = sum(not lab.gone([pid]) for pid in pids)
    for thread in threading.enumerate():
        if thread.name == "labkit-reaper":
            thread.join(20)
    return {
        "processes": left,
        "namespaces": _namespaces_left(),
        "descriptors": len(os.listdir("/proc/self/fd")) - descriptors,
        "threads": max(0, threading.active_count() - threads),
        "seen": len(pids),
    }


def measure():
    for function, what, count in (
        (killed, f"left of {_KILLS} owners killed with SIGKILL", _KILLS),
        (closed, f"left of {_NETWORKS} networks made and closed", _NETWORKS),
    ):
        for port in lab.PORTS:
            with tempfile.TemporaryDirectory(prefix="labkit-bench-") as folder:
                got = lab.call(function, environment={"TMPDIR": folder}, port=port, count=count // 2)
                got["files"] = len(os.listdir(folder))
            seen = got.pop("seen")
            who = f"{NAMES[port]}: {count // 2} of them, {seen} processes"
            yield Figure(f"{what}: {', '.join(got)}", who, (sum(got.values()),), at_most=0)
            if any(got.values()):
                yield Note(f"{NAMES[port]}: {got}")
