"""How long until a learner sees something? Fresh processes, alternating."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from .figures import Figure, Note
from .lab import ROOT, seconds

HANDSHAKE = """
from labkit import Network, ladder
with Network("client", "server") as net:
    with net.capture() as trace:
        listener = net.server.socket()
        listener.bind((net.server.address, 8080))
        listener.listen()
        caller = net.client.socket()
        caller.connect((net.server.address, 8080))
        conn, peer = listener.accept()
    print(ladder(trace))
"""
_CONTENDERS = {
    "handshake": HANDSHAKE,
    "scapy": "import scapy.all",
    "labkit": "import labkit",
    "names": "from labkit import Network, ladder",
    "bare": "",
}
_HEAVY = ("scapy", "matplotlib", "ipywidgets", "IPython", "numpy", "asyncio", "subprocess")
_REPEATS = 11


def _run(code: str) -> subprocess.CompletedProcess:
    # Byte code as a user has it: written by the first run, which is not counted.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )


def _loaded(code: str) -> set[str]:
    said = _run(f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))").stdout
    return set(json.loads(said.splitlines()[-1]))


def measure():
    assert "SYN" in _run(HANDSHAKE).stdout, "the handshake's ladder shows no SYN"
    times = {name: [] for name in _CONTENDERS}
    missing = subprocess.run([sys.executable, "-c", "import scapy"], capture_output=True).returncode
    if missing:
        yield Note("`import scapy.all`: scapy is not installed")
        del times["scapy"]
    for name in times:
        _run(_CONTENDERS[name])
    for _ in range(_REPEATS):
        for name, taken in times.items():
            taken.append(seconds(_run, _CONTENDERS[name]))
    what = "fresh process to a captured handshake's text ladder"
    if not missing:
        ratios = tuple(ours / theirs for ours, theirs in zip(times["handshake"], times["scapy"], strict=True))
        yield Figure("that process over `import scapy.all`, pair by pair", "labkit", ratios, at_most=0.35)
    yield Figure(what, "labkit", tuple(times["handshake"]), "s")
    if not missing:
        yield Figure(what, "`import scapy.all` alone", tuple(times["scapy"]), "s")
    for name, limit in (("labkit", 60), ("names", None)):
        extra = tuple(
            (with_it - without) * 1000 for with_it, without in zip(times[name], times["bare"], strict=True)
        )
        yield Figure(f"`{_CONTENDERS[name]}` over bare Python", "labkit", extra, "ms", at_most=limit)
    bare = _loaded("")
    for name in ("labkit", "names"):
        extra = _loaded(_CONTENDERS[name]) - bare
        heavy = [module for module in _HEAVY if module in extra]
        yield Note(
            f"`{_CONTENDERS[name]}` loads {len(extra)} modules; of {', '.join(_HEAVY)}: {heavy or 'none'}"
        )
