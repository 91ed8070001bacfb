"""What all tests share: which need namespaces, and that CI may not skip them."""

from __future__ import annotations

import functools
import gc
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

# A shell that runs us in the background ignores Ctrl-C for us and all that we start, and tests that interrupt would
# wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent
# What takes longest begins first, or one worker would run it alone at the end.
LONG = ("tests/network/lessons/", "tests/grading/", "notebooks/")
# A file stays on one worker, but here, where each test is a whole lesson or an exercise: together they take minutes.
APART = ("tests/network/lessons/",)
# The notebooks are skipped by labkit's own plugin, which asks labkit.
NEED_NAMESPACES = tuple(ROOT / folder for folder in ("tests/network", "tests/browser", "tests/grading"))

_UNSHARE = """
import ctypes, os, sys
USER, NET = 0x10000000, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(NET if os.geteuid() == 0 else USER | NET):
    sys.exit(os.strerror(ctypes.get_errno()))
"""


@functools.cache
def why_no_namespaces() -> str:
    """Why this machine makes no network namespaces for us; empty when it does.

    Asks the kernel, not labkit: a fault in labkit must not turn its own tests off.
    """
    if sys.platform != "linux":
        return f"network namespaces are Linux's; this is {sys.platform}"
    asked = subprocess.run(
        [sys.executable, "-I", "-c", _UNSHARE], capture_output=True, text=True, check=False
    )
    if asked.returncode == 0:
        return ""
    return f"unshare(CLONE_NEWUSER | CLONE_NEWNET): {asked.stderr.strip()}; the cure: python -m labkit doctor"


@functools.cache
def why_no_tun() -> str:
    """Why this user may not open /dev/net/tun; empty when it may."""
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
    except OSError as error:
        return f"/dev/net/tun: {error.strerror}"
    return ""


@functools.cache
def why_no_capture() -> str:
    """Why this user may not capture on the loopback interface; empty when it may."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except (AttributeError, OSError) as error:  # AF_PACKET is Linux's
        return f"capturing on the loopback interface: {error}"
    return ""


@functools.cache
def why_no_walls() -> str:
    """Why what students hand in cannot be confined by this user; empty when it can."""
    from labkit.course.confining.walls import obstacle

    return obstacle()


def _obstacle(item: pytest.Item) -> str:
    if any(item.path.is_relative_to(folder) for folder in NEED_NAMESPACES) and why_no_namespaces():
        return why_no_namespaces()
    if item.get_closest_marker("tun") and why_no_tun():
        return why_no_tun()
    if item.get_closest_marker("capture") and why_no_capture():
        return why_no_capture()
    if item.get_closest_marker("walls") and why_no_walls():
        return why_no_walls()
    if item.get_closest_marker("root") and os.geteuid() != 0:
        return "needs root"
    if item.get_closest_marker("cpython") and importlib.util.find_spec("test.test_socket") is None:
        return f"{sys.executable} has not the tests of the standard library (Debian's, for one, has not)"
    programs = [name for mark in item.iter_markers("program") for name in mark.args]
    missing = [name for name in programs if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


def _may_skip(item: pytest.Item) -> bool:
    """Whether this skip is expected: in CI, only of tests whose mark .ci/run names in LABKIT_MAY_SKIP."""
    if not os.environ.get("CI") or sys.platform != "linux":
        return True
    allowed = os.environ.get("LABKIT_MAY_SKIP", "").split()
    return any(item.get_closest_marker(name) for name in allowed)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if obstacle := _obstacle(item):
        pytest.skip(obstacle)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not _may_skip(item):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr[2]}"
    return report


def pytest_sessionstart(session: pytest.Session) -> None:
    """Give matplotlib a folder of this environment's, with its list of fonts, before any worker draws.

    In the user's own is the user's taste, and a list that another environment has made, perhaps as it was deleted: then
    fonts are missing.  And where a busy machine needs five seconds for the list, each kernel that draws says so, too.
    What is said stands in the output of a lesson's cell.
    """
    if hasattr(session.config, "workerinput") or not importlib.util.find_spec("matplotlib"):
        return
    folder = Path(sys.prefix, "share", "matplotlib-of-tests")
    if os.access(sys.prefix, os.W_OK):
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["MPLCONFIGDIR"] = str(folder)
    importlib.import_module("matplotlib.font_manager")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Keep the collector off thousands of tests in the making, none of which is garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """How `--dist loadfile` spreads our tests over workers."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # not everyone's pytest has xdist

    class Spread(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if nodeid.startswith(APART) else super()._split_scope(nodeid)

    return Spread(config, log)
