"""How fast is the wire without delay, its record kept?"""

from __future__ import annotations

import shutil

from . import lab
from .figures import Figure, Note, percentile
from .lanes import LANES
from .traffic import bulk, frames, ping_pong

_REPEATS = 5
NAMES = {
    "tap": "labkit, TAP",
    "packet": "labkit, veth + AF_PACKET",
    "noted": "labkit, TAP, calls noted (host.socket)",
    "loopback": "loopback of the machine",
    "veth": "plain veth (offloads on)",
    "plain veth": "plain veth without offloads",
    "wirefilter": "vde2's wirefilter",
    "reference": "a plain C loop between two TAPs",
}
_WANTED_RATE = {"tap": 150_000, "packet": 200_000}


def traffic(lane: str, rounds: int, megabytes: int, count: int) -> dict:
    """All three kinds of traffic over a lane, in this process."""
    with LANES[lane]() as way:
        times = ping_pong(way, rounds)
        got = {"p50": percentile(times, 0.5), "p99": percentile(times, 0.99)}
        if megabytes:
            got["bulk"], record = bulk(way, megabytes)
            got["bulk missed"] = record and record[1]
        if count:
            got["frames"] = frames(way, count)
    return got


def cost_of_bulk(port: str, megabytes: int) -> float:
    """Processor seconds that the helper takes for a gigabyte of bulk TCP."""
    with LANES[port]() as way:
        before = _cpu(way.core.client.pid)
        bulk(way, megabytes)
        return (_cpu(way.core.client.pid) - before) / megabytes * 1000


def _cpu(pid: int) -> float:
    with open(f"/proc/{pid}/schedstat") as file:
        return int(file.read().split()[0]) / 1e9


def measure():
    contenders = [(lane, user) for user in lab.users() for lane in lab.PORTS]
    contenders += [("noted", None), ("loopback", None), ("veth", None), ("plain veth", None)]
    if shutil.which("cc"):
        contenders.append(("reference", None))
    else:
        yield Note("the C loop, the limit of frames by TAP: no C compiler (Debian package gcc)")
    if missing := [name for name in ("vde_switch", "wirefilter") if not shutil.which(name)]:
        yield Note(f"wirefilter: {', '.join(missing)} not installed (Debian package vde2)")
    else:
        contenders.append(("wirefilter", None))
    results = {contender: [] for contender in contenders}
    for _ in range(_REPEATS):
        for lane, user in list(results):
            plain = lane in ("tap", "packet", "plain veth")
            try:
                results[lane, user].append(
                    lab.call(
                        traffic,
                        user,
                        lane=lane,
                        rounds=5000,
                        megabytes=0 if lane == "noted" else 200,
                        count=200_000 if plain else 0,
                    )
                )
            except RuntimeError as error:
                del results[lane, user]
                yield Note(f"{NAMES[lane]}{' as nobody' if user else ''}: {str(error).splitlines()[-1]}")
    yield from _figures(results)
    for port in lab.PORTS:
        cost = [lab.call(cost_of_bulk, port=port, megabytes=200) for _ in range(_REPEATS)]
        yield Figure("processor time of the wire for 1 GB of TCP", NAMES[port], tuple(cost), "s")


def _figures(results):
    def rows(what, pick, unit, **limits):
        for (lane, user), runs in results.items():
            samples = tuple(pick(run) for run in runs if pick(run) is not None)
            if samples:
                ours = lane in lab.PORTS
                name = NAMES[lane] + (", as nobody" if user else "")
                yield Figure(what, name, samples, unit, **{k: v(lane) for k, v in limits.items() if ours})

    yield from rows(
        "frames a second, 60 bytes",
        lambda run: run.get("frames", {}).get("rate"),
        "/s",
        at_least=lambda lane: _WANTED_RATE[lane],
    )
    yield from rows(
        "lost of 200,000 frames (interfaces, ports, record)",
        lambda run: (
            run["frames"]["missed"] + run["frames"]["dropped"] + 200_000 - run["frames"]["received"]
            if run.get("frames", {}).get("missed") is not None
            else None
        ),
        "",
        at_most=lambda lane: 0,
    )
    yield from rows("TCP ping-pong, p50", lambda run: run["p50"], "us", at_most=lambda lane: 40)
    yield from rows("TCP ping-pong, p99", lambda run: run["p99"], "us")
    yield from rows("bulk TCP", lambda run: run.get("bulk"), "MB/s", at_least=lambda lane: 250)
