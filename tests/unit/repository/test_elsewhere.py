"""What Windows lacks of Python's library is imported only by what runs on Linux alone."""

from __future__ import annotations

import subprocess
import sys

LINUX_ONLY = (
    "labkit.wire.",
    "labkit.modes.trial",
    "labkit.network.doors.terminal",
    "labkit.course.confining.walls",
)
IMPORTS = """
import sys
POSIX = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}

class Windows:
    def find_spec(self, name, path=None, target=None):
        if name in POSIX:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

# These have imported what they need, as their releases for Windows do in another way.
import asyncio, IPython, ipykernel.kernelapp, ipywidgets, matplotlib, multiprocessing, scapy.all
for name in POSIX:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Windows())

import importlib, pkgutil
import labkit
for module in pkgutil.walk_packages(labkit.__path__, "labkit."):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name != "nbgrader":  # it has an environment of its own
                print(module.name, error.name)
"""


def test_everything_but_the_wire_can_be_imported_on_windows():
    ran = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    refused = [line.split()[0] for line in ran.stdout.splitlines()]
    assert any(name.startswith(LINUX_ONLY) for name in refused)  # the imitation works
    assert [name for name in refused if not name.startswith(LINUX_ONLY)] == []
