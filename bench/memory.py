"""How much memory does one learner need? JupyterLab's server, the kernel after a lesson, and the wire's helpers."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import nbformat
from jupyter_client.blocking import BlockingKernelClient

from tools import texts

from . import lab
from .figures import Figure, Note

LESSON = texts.edition_paths(texts.source_of("nagle"))[1]
_START, _CELL = 60.0, 60.0  # seconds
_MIB = 1024.0


def _pss_kib(pid: int) -> int:
    """Proportional set size of a process, KiB: shared pages are counted in parts (proc(5), smaps_rollup)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE).group(1))


def _tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return [pid, *(each for child in children.read_text().split() for each in _tree(int(child)))]
    return []


def _memory(pid: int) -> float:
    """MiB of a process and all its descendants."""
    total = 0
    for each in _tree(pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            total += _pss_kib(each)
    return total / _MIB


def _serves(runtime: Path) -> bool:
    """Whether the server answers: it writes its address a moment before it listens there."""
    for found in runtime.glob("jpserver-*.json"):
        with contextlib.suppress(OSError, ValueError):
            where = json.loads(found.read_text())
            socket.create_connection((where["hostname"], where["port"]), timeout=_START).close()
            return True
    return False


@contextlib.contextmanager
def _server(folder: Path):
    """A JupyterLab server as `make lab` starts it; yields its process and a function that asks its REST interface."""
    runtime = folder / "runtime"
    runtime.mkdir()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--ServerApp.port=0",
            *(["--allow-root"] if os.geteuid() == 0 else []),
        ],
        cwd=folder,
        env=os.environ | {"JUPYTER_RUNTIME_DIR": str(runtime), "LABKIT_PROGRESS": "off"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        lab.wait_until(lambda: process.poll() is not None or _serves(runtime), "a server", _START)
        said = json.loads(next(runtime.glob("jpserver-*.json")).read_text())

        def ask(path: str, body: dict | None = None) -> dict:
            request = urllib.request.Request(
                said["url"] + path,
                data=None if body is None else json.dumps(body).encode(),
                headers={"Authorization": f"token {said['token']}", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=_START) as answer:
                return json.load(answer)

        yield process, runtime, ask
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=_START)


def _kernel(runtime: Path, ask) -> BlockingKernelClient:
    session = {"path": LESSON.name, "name": LESSON.name, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = ask("api/sessions", session)["kernel"]["id"]
    client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=_START)
    return client


def _run(client: BlockingKernelClient, source: str) -> None:
    reply = client.execute_interactive(source, timeout=_CELL, output_hook=lambda message: None)["content"]
    if reply["status"] != "ok":
        raise RuntimeError(f"a cell of {LESSON.name} failed: {reply['ename']}: {reply['evalue']}\n{source}")


def measure():
    with tempfile.TemporaryDirectory(prefix="labkit-bench-") as name, _server(Path(name)) as served:
        process, runtime, ask = served
        client = _kernel(runtime, ask)
        try:
            empty = _memory(process.pid)
            most = empty
            for cell in nbformat.read(LESSON, as_version=4).cells:
                if cell.cell_type == "code":
                    _run(client, cell.source)
                    most = max(most, _memory(process.pid))
            after = _memory(process.pid)
        finally:
            client.stop_channels()
    what = "one learner: server, kernel, wires"
    yield Figure(what, "labkit, after nagle", (after,), "MiB", at_most=300)
    yield Figure(what, "an empty notebook", (empty,), "MiB")
    yield Figure("the same at its most, of the ends of the lesson's cells", "labkit", (most,), "MiB")
    yield Note("Memory is the proportional set size of all the processes (proc(5)); one run.")
