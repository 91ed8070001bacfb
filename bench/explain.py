"""`labkit.explain` on the wire: each kind made live in eight variants, and healthy traffic that looks alike; its cost.

A scene is right when its kind is found, on the wire's own trace and on the same without the programs' calls.  A false
alarm is a fault (not a note) that a scene does not have.  What a capture at one end cannot show is not asked of it
there; that it gives no false alarm is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.explained.faulty import FAULTY
from bench.explained.healthy import HEALTHY
from bench.explained.stage import Scene, played, seen_at, views
from labkit import Network, Trace
from labkit.explain import explain

from .figures import Figure, Note

VARIANTS = int(os.environ.get("LABKIT_VARIANTS") or 8)
SEGMENTS = 20_000


def measure() -> Iterator[Figure | Note]:
    yield from _matrix()
    yield from _cost()


def _matrix() -> Iterator[Figure | Note]:
    right, asked, alarms, seen = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    healthy_alarms = healthy_seen = 0
    table: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    for scene in (*FAULTY, *HEALTHY):
        row = table.setdefault(scene.kind or "healthy", Counter())
        for number in range(VARIANTS):
            for view, trace in views(played(scene, number)):
                found = explain(trace)
                extra = {finding.kind for finding in found.faults} - {scene.kind} - _allowed(scene, view)
                seen[view] += 1
                alarms[view] += bool(extra)
                if not scene.kind:
                    healthy_seen += 1
                    healthy_alarms += bool(extra)
                if extra:
                    wrong.append(f"{scene.name} {number}, {view}: {', '.join(sorted(extra))}")
                if view == "wire" and scene.kind:
                    row[scene.kind if scene.kind in found.kinds else "missed"] += 1
                if view == "wire":
                    row.update(extra)
                if scene.kind and _shows(scene, view):
                    asked[view] += 1
                    right[view] += scene.kind in found.kinds
                    if scene.kind not in found.kinds:
                        wrong.append(f"{scene.name} {number}, {view}: missed")
    kinds = sum(1 for kind in table if kind != "healthy")
    yield Figure("kinds made live", "labkit", (kinds,), at_least=25)
    for view in asked:
        yield Figure("kinds recognised", view, (100 * right[view] / asked[view],), "%", at_least=97)
    for view in seen:
        yield Figure("false alarms, all scenes", view, (100 * alarms[view] / seen[view],), "%")
    share = 100 * healthy_alarms / healthy_seen
    yield Figure("false alarms, healthy scenes", "all views", (share,), "%", at_most=1)
    yield from (Note(line) for line in _lines(table))
    yield from (Note(f"wrong: {line}") for line in wrong)


def _allowed(scene: Scene, view: str) -> frozenset[str]:
    """From one end a loss beyond it looks like another, and what a program left unread is not seen."""
    return scene.allowed if view == "wire" else scene.allowed | scene.seems


def _shows(scene: Scene, view: str) -> bool:
    """Can this view show it at all?"""
    return view == "wire" or (view == "no calls" and not scene.calls)


def _lines(table: dict[str, Counter[str]]) -> Iterator[str]:
    """The confusion matrix, a line for each kind: what was found, and how often."""
    for kind, row in table.items():
        found = ", ".join(f"{name} {count}" for name, count in row.most_common())
        yield f"{kind}: {found or 'nothing found'}"


def _bulk() -> Trace:
    """A transfer over a path that loses now and then."""
    with Network("client", "server", delay_ms=5, rate_mbit=400, loss=0.001, record_mb=1024) as net:
        with net.capture() as trace, net.server.socket() as listener, net.client.socket() as caller:
            listener.bind((net.server.address, 8080))
            listener.listen()
            caller.connect((net.server.address, 8080))
            with listener.accept()[0] as conn:
                conn.settimeout(60)
                size = SEGMENTS * 1000
                sending = net.client.background(caller.sendall, bytes(size))
                while size:
                    size -= len(conn.recv(min(size, 1 << 20)))
                sending.result(10)
        return trace


def _cost() -> Iterator[Figure | Note]:
    whole = _bulk()
    costs = []
    for _ in range(3):
        trace = Trace(whole.frames, hosts=whole.hosts, addresses=whole.addresses, calls=whole.calls)
        count = len(trace.segments)  # loaded, and read
        begin = time.process_time()
        explain(trace)
        costs.append((time.process_time() - begin) / count * 1e6)
    yield Figure("cost a segment, on top of loading", "labkit", tuple(costs), "µs", at_most=30)
    if shutil.which("tshark") is None:
        yield Note("tshark is not installed: `labkit explain` is not compared")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.pcapng"
        captured = seen_at(whole, "client")
        Trace(captured.frames[:10_000], addresses=whole.addresses).save(path, epoch_ns=0)
        ours = [_seconds([sys.executable, "-m", "labkit", "explain", str(path)]) for _ in range(3)]
        theirs = [_seconds(["tshark", "-r", str(path), "-q", "-z", "expert"]) for _ in range(3)]
    limit = round(2 * sorted(theirs)[1], 2)
    yield Figure("10,000 frames of a file", "labkit explain", tuple(ours), "s", at_most=limit)
    yield Figure("10,000 frames of a file", "tshark -z expert", tuple(theirs), "s")


def _seconds(command: list[str]) -> float:
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command} failed: {done.stderr}")
    return time.monotonic() - begin
