"""Many learners at once on one hub: each opens a lesson, runs all of it, uses a panel, fails and solves an exercise."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from tornado.httpclient import AsyncHTTPClient

from bench import memory
from bench.classroom.learner import Cell, Hub, Run, learn
from bench.figures import Figure, Note
from tools import texts

LESSON = "handshake"
HUB = Path(sys.prefix) / "hub" / "bin" / "jupyterhub"
CONFIG = texts.ROOT / "deploy" / "demo" / "jupyterhub_config.py"
_READY_S = 180


def measure() -> Iterator[Figure | Note]:
    """So many learners as LABKIT_LEARNERS says (30), on a hub of their own."""
    if not HUB.exists():
        yield Note(f"There is no hub: {texts.ROOT.name}/tools/environment .venv hub makes one.")
        return
    for learners in map(int, os.environ.get("LABKIT_LEARNERS", "30").split(",")):
        base, most, runs, took = asyncio.run(at_once(learners))
        ran = sum(run.cells for run in runs)
        failed = [f"{run.name}: {why}" for run in runs for why in run.failed]
        slowest = tuple(max(run.seconds, default=0.0) for run in runs)
        who = f"{learners} learners"
        yield Figure("cells run", who, (float(ran),))
        yield Figure("failures, of cells, panels and exercises", who, (float(len(failed)),), at_most=0)
        yield Figure("learners without a failure", who, (float(sum(not run.failed for run in runs)),))
        yield Figure("from nothing to a kernel: the slowest", who, (max(run.started for run in runs),), "s")
        yield Figure("slowest cell of each: median", who, (statistics.median(slowest),), "s")
        yield Figure("slowest cell of all", who, (max(slowest),), "s")
        yield Figure("all of it", who, (took,), "s")
        yield Figure("memory of one learner", who, ((most - base) / learners,), "MiB")
        yield Figure("memory of hub and proxy", who, (base,), "MiB")
        for line in failed[:10]:
            yield Note(line)
    yield Note(
        f"Through a JupyterHub on this machine (deploy/demo), lesson {LESSON}, all at the same time. Memory is the "
        "proportional set size of all processes (proc(5)), with all kernels at the end of the lesson."
    )


def cells() -> list[Cell]:
    """The learner's edition; then its exercises, wrong at first, and solved."""
    ours, solved = (
        [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        for path in texts.edition_paths(texts.source_of(LESSON))
    )
    run = [Cell(cell.source, "raises-exception" in cell.metadata.get("tags", [])) for cell in ours]
    for cell, check in itertools.pairwise(solved):
        marks = cell.metadata.get("nbgrader")
        if marks and marks.solution and not marks.grade:
            name = check.source.partition(", ")[2].partition(")")[0]
            run += [Cell(f"def {name}(*given):\n    return 'wrong'"), Cell(check.source, shows="✗")]
            run += [Cell(cell.source), Cell(check.source, shows="✓")]
    return run


async def at_once(learners: int) -> tuple[float, float, list[Run], float]:
    """Memory before, memory at the end of all, how each went, and seconds of all."""
    AsyncHTTPClient.configure(None, max_clients=4 * learners)
    with tempfile.TemporaryDirectory(prefix="labkit-hub-") as folder:
        async with contextlib.AsyncExitStack() as stack:
            process, hub = stack.enter_context(_hub(Path(folder)))
            await _until_it_answers(process, hub)
            base = memory._memory(process.pid)
            began = time.monotonic()
            seen = asyncio.Barrier(learners + 1)
            work = [asyncio.create_task(learn(hub, f"learner{n:02}", cells(), seen)) for n in range(learners)]
            await seen.wait()
            took = time.monotonic() - began
            most = memory._memory(process.pid)
            await seen.wait()
            return base, most, await asyncio.gather(*work), took


@contextlib.contextmanager
def _hub(folder: Path) -> Iterator[tuple[subprocess.Popen, Hub]]:
    """A hub in a folder, with all its processes, which end with it."""
    ports = _free_ports(3)
    token = secrets.token_hex(16)
    surroundings = {
        "LABKIT_HUB": str(folder / "hub"),
        "LABKIT_HUB_TOKEN": token,
        "LABKIT_HUB_PORT": str(ports[0]),
        "LABKIT_HUB_INNER_PORT": str(ports[1]),
        "LABKIT_HUB_PROXY_PORT": str(ports[2]),
    }
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [str(HUB), "-f", str(CONFIG)],
            cwd=folder,
            env={**os.environ, **surroundings},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process, Hub(f"http://127.0.0.1:{ports[0]}", token)
        finally:
            everybody = memory._tree(process.pid)
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=120)
            for pid in everybody:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in taken]


async def _until_it_answers(process: subprocess.Popen, hub: Hub) -> None:
    deadline = time.monotonic() + _READY_S
    while True:
        try:
            await hub.ask("hub/api/users")
            return
        except Exception:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.5)
