"""`python -m bench [names] [--save]`: measure, print tables, and with --save write them into BENCHMARKS.md."""

from __future__ import annotations

import argparse
import importlib
import re
import time

from . import lab
from .figures import table

MODULES = {
    "start": "Start",
    "networks": "Networks",
    "wire": "The wire without delay, its record kept",
    "fidelity": "Fidelity",
    "record": "The record",
    "lifetime": "Life time",
    "framing": "Framing",
    "memory": "Memory",
    "explain": "Explaining captures",
}
# Only where they are named: they take long, and environments of their own (make grading, tools/environment .venv hub).
NAMED = {
    "class": ("classroom.load", "Learners at once"),
    "exchange": ("classroom.exchange", "A class hands in"),
}
_PAGE = lab.ROOT / "BENCHMARKS.md"
_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"what to measure: {', '.join(MODULES)} (all); or {', '.join(NAMED)}",
    )
    parser.add_argument("--save", action="store_true", help="write the tables into BENCHMARKS.md")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in {**MODULES, **NAMED}]:
        parser.error(f"there is no {', '.join(unknown)}; choose from {', '.join({**MODULES, **NAMED})}")
    if options.save and options.names:
        parser.error("--save writes one whole run: leave the names out")
    begin = time.monotonic()
    parts = [f"{lab.machine()}; {time.strftime('%Y-%m-%d')}."]
    print(parts[0], flush=True)
    for name in options.names or MODULES:
        module, title = NAMED.get(name) or (name, MODULES[name])
        before, started = lab.busy_share(), time.monotonic()
        figures = list(importlib.import_module(f"bench.{module}").measure())
        parts.append(
            f"## {title}\n\n{table(figures)}\n\n"
            f"Took {time.monotonic() - started:.0f} s; processors short before: {before}, after: {lab.busy_share()}."
        )
        print("\n" + parts[-1], flush=True)
    parts.append(f"All of it took {time.monotonic() - begin:.0f} s.")
    print("\n" + parts[-1])
    if options.save:
        text = _PAGE.read_text()
        new = f"{_BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{_END}"
        _PAGE.write_text(re.sub(f"{_BEGIN}.*{_END}", lambda _: new, text, flags=re.DOTALL))


if __name__ == "__main__":
    main()
