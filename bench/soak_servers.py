"""The monitored server's processes in a soak: each takes over from the one before, and its counters must add up."""

from __future__ import annotations

import os
import sys

LIMITS = "--connections 90 --idle 4 --rate 200 --burst 300 --grace 10".split()


class Running:
    """The server's process of now, which a new one replaces.

    ended   the statistics of those that have ended; what is wrong with them is added to the list `wrong`
    """

    def __init__(self, host, folder: str, wrong: list[str]) -> None:
        self._host, self._wrong = host, wrong
        self.ended: list[dict[str, float]] = []
        self._argv = [sys.executable, "-m", "labkit.servers.monitored", "--host", "10.0.0.1", *LIMITS]
        self._argv += ["--handover", f"{folder}/place"]
        self.program = self._begin()

    def _begin(self):
        program = self._host.spawn(self._argv)
        program.wait_for("statistics", timeout=20)
        return program

    def replace(self) -> None:
        """Start a new one, which takes over, and wait for the old one's end."""
        old, self.program = self.program, self._begin()
        self._finish(old)

    def end(self) -> None:
        """Stop it."""
        self.program.send_signal(15)
        self._finish(self.program)

    def _finish(self, program) -> None:
        status = program.wait(timeout=40)
        lines = [line.split() for line in program.output.splitlines()]
        told = {words[0]: float(words[1]) for words in lines if len(words) == 2 and words[0].islower()}
        if status or "lost" not in told:
            self._wrong.append(f"a server ended with {status}: {program.output[-500:]}")
            return
        self.ended.append(told)
        if told["active"] or told["waiting"]:
            self._wrong.append(f"generation {told['generation']:.0f} has not finished: {told}")
        closed = sum(value for name, value in told.items() if name.startswith("closed_"))
        done = sum(told[name] for name in ("answered", "refused", "limited", "failed", "lost"))
        if told["connections"] != closed or told["requests"] != done:
            self._wrong.append(f"generation {told['generation']:.0f} does not add up: {told}")

    def measure(self) -> tuple[int, int]:
        """Descriptors and kilobytes."""
        with open(f"/proc/{self.program.pid}/statm") as file:
            kilobytes = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
        return len(os.listdir(f"/proc/{self.program.pid}/fd")), kilobytes
