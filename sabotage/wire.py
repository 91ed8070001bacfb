"""Sabotages of the wire."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "joins-taken-for-leaves",
        "the snooping switch takes who joins for one that leaves",
        "labkit/wire/snooping.py",
        "                self._note(group, source, True)\n            elif mode in _TO_INCLUDE",
        "                self._note(group, source, False)\n            elif mode in _TO_INCLUDE",
        ("multicast",),
    ),
    Sabotage(
        "delay-halved",
        "the cable takes half of its delay",
        "labkit/wire/cable.py",
        "round(delay * NS_PER_MS)",
        "round(delay * NS_PER_MS / 2)",
        ("handshake", "tests/unit/wire/test_cable.py"),
    ),
    Sabotage(
        "drop-ignored",
        "a Drop rule matches, is noted, and drops nothing",
        "labkit/wire/effects.py",
        "        return DROPPED\n",
        '        self._line.append((now, frame))\n        return ""\n',
        ("handshake",),
    ),
    Sabotage(
        "drop-one-early",
        "a Drop rule counts from 0, not from 1",
        "labkit/wire/judge.py",
        "self.matched in fault.nth",
        "self.matched + 1 in fault.nth",
        ("handshake",),
    ),
    Sabotage(
        "cut-ignored",
        "cut() cuts nothing",
        "labkit/network/link.py",
        "self._set(cut=True)",
        "self._set(cut=False)",
        ("solutions/handshake", "tests/network/wire/test_wire.py"),
    ),
    Sabotage(
        "arrives-at-once",
        "the record says that each frame arrived when it left",
        "labkit/network/capture.py",
        "arrivals: tuple[Arrival, ...] = (Arrival(names[target], arrived),) if arrived else ()",
        "arrivals: tuple[Arrival, ...] = (Arrival(names[target], departed),) if arrived else ()",
        ("handshake", "tests/network/wire/test_wire.py"),
    ),
    Sabotage(
        "last-frame-lost",
        "a capture lacks its last frame",
        "labkit/network/capture.py",
        "        return tuple(frames)",
        "        return tuple(frames[:-1])",
        ("handshake",),
    ),
    Sabotage(
        "loss-repeats-itself",
        "random loss loses one frame after another, and none between",
        "labkit/wire/cable.py",
        "self._bad = self._random.random() < self._chance()",
        "self._bad = not self._bad",
        ("tests/unit/wire/test_cable.py",),
    ),
    Sabotage(
        "multicast-to-one",
        "the switch gives a multicast to one host only",
        "labkit/wire/switch.py",
        "receivers = [other for other in self.stations if other is not source]",
        "receivers = [other for other in self.stations if other is not source][-1:]",
        ("multicast",),
    ),
    Sabotage(
        "snooping-ignored",
        "a switch that snoops floods all the same",
        "labkit/wire/switch.py",
        "if self._snooping and frame[0] & 1:",
        "if False:",
        ("multicast", "tests/network/network/test_multicast.py"),
    ),
    Sabotage(
        "drop-for-all",
        "a Drop rule for one receiver's copy hits every copy",
        "labkit/wire/judge.py",
        "one = counted.fault.to if len(receivers) > 1 else None",
        "one = None",
        ("multicast",),
    ),
)
