"""Scaffolding: measurements in a process of their own, as any user; something that runs beside; waiting for an end."""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import json
import os
import platform
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORTS = ("tap", "packet")
_NOBODY = 65534
_DEADLINE = 120  # seconds that one measurement may take


def call(function, user: str | None = None, environment: dict[str, str] | None = None, **arguments):
    """Run `function` (of a module of bench) in a fresh process, as `user` ("nobody" or None: as we are); its result.

    Results and arguments are what JSON can say. Raises RuntimeError with what the process said when it failed.
    """
    python, tree, prefix = sys.executable, ROOT, []
    if user:
        python, tree = _for_nobody()
        prefix = _AS_NOBODY
    done = subprocess.run(
        [*prefix, python, "-m", "bench.lab", function.__module__, function.__name__, json.dumps(arguments)],
        cwd=tree,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_DEADLINE,
        env={key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "LABKIT_PORT")}
        | (environment or {}),
    )
    if done.returncode:
        raise RuntimeError(f"{function.__module__}.{function.__name__}({arguments}) failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


_AS_NOBODY = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--"]


def users() -> list[str | None]:
    """The users as whom the wire is measured: ourselves, and as root also an ordinary one."""
    return [None, "nobody"] if os.geteuid() == 0 and shutil.which("setpriv") else [None]


@functools.cache
def _for_nobody() -> tuple[str, Path]:
    """A Python that an ordinary user may run, and a copy of this tree that they may read."""
    tree = Path(tempfile.mkdtemp(prefix="labkit-bench-"))
    atexit.register(shutil.rmtree, tree, ignore_errors=True)
    tree.chmod(0o755)
    for package in ("labkit", "bench"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-m", "compileall", "-q", tree], check=True)
    # It must be able to start itself: setpriv's own exec still has root's right to pass closed folders.
    probe = "import subprocess, sys; subprocess.run([sys.executable, '-c', '']); sys.exit(sys.version_info < (3, 11))"
    candidates = [
        sys.executable,
        os.path.realpath(sys.executable),
        shutil.which("python3"),
        "/usr/bin/python3",
    ]
    for python in filter(None, candidates):
        if not subprocess.run([*_AS_NOBODY, python, "-c", probe], cwd=tree, capture_output=True).returncode:
            return python, tree
    raise RuntimeError(f"no Python 3.11 or newer that an ordinary user may run; tried {candidates}")


@contextlib.contextmanager
def beside(function, *arguments):
    """Run `function` in a forked child; at the end of the block it is waited for. Raises RuntimeError if it failed."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            function(*arguments)
            status = 0
        finally:
            os._exit(status)
    try:
        yield pid
    except BaseException:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        raise
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError(f"{function.__name__} failed in the child (wait status {status})")


def seconds(function, *arguments) -> float:
    """How long one call takes."""
    begin = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begin


def gone(pids, timeout: float = 20.0) -> bool:
    """Wait until none of these processes is left (a zombie that nobody reaps is one)."""
    deadline = time.monotonic() + timeout
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        with open(descriptor):
            if not select.select([descriptor], [], [], max(0, deadline - time.monotonic()))[0]:
                return False
    return True


def wait_until(condition, what: str, timeout: float = 10.0) -> None:
    """Look every millisecond whether `condition()` holds. Raises TimeoutError."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {timeout} s")
        time.sleep(0.001)


def busy_share() -> str:
    """How long, of the last 10 s, something waited for a processor: a sign of a machine that is not idle."""
    try:
        return Path("/proc/pressure/cpu").read_text().split("avg10=")[1].split()[0] + " %"
    except OSError:  # a kernel without pressure stall information
        return f"load {os.getloadavg()[0]:.1f}"


def machine() -> str:
    """Processor, kernel and Python in one line."""
    model = "processor unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    virtual = " (virtual machine)" if "hypervisor" in Path("/proc/cpuinfo").read_text() else ""
    return (
        f"{len(os.sched_getaffinity(0))} × {model}{virtual}, Linux {platform.release()}, "
        f"Python {platform.python_version()}, {'root' if os.geteuid() == 0 else 'an ordinary user'}"
    )


if __name__ == "__main__":
    module, name, given = sys.argv[1:]
    print(json.dumps(getattr(importlib.import_module(module), name)(**json.loads(given))))
