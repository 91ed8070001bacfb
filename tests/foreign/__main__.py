"""See `tests.foreign`; here the command line, and what is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec

from labkit.modes.mode import NAMESPACES, found
from tests import foreign
from tests.foreign.comparing import Comparison, Found, compare
from tests.foreign.known import known
from tests.foreign.running import names, run

_ASYNCIO = (
    "streams sock_lowlevel server sendfile buffered_proto events base_events selector_events unix_events"
)
MODULES = [
    "test_socket",
    "test_socketserver",
    "test_ssl",
    *(f"test_asyncio.test_{name}" for name in [*_ASYNCIO.split(), "ssl", "sslproto"]),
]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.foreign",
        description=foreign.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "modules", nargs="*", default=MODULES, help=f"of the package test: {' '.join(MODULES)}"
    )
    parser.add_argument("--on", action="append", choices=["host", "wire"], help="(both)")
    parser.add_argument("--only", default="", metavar="WORD", help="tests whose names have it in them")
    parser.add_argument("--jobs", type=int, default=2, help="how many modules at once (2)")
    options = parser.parse_args()
    options.on = options.on or ["host", "wire"]
    if find_spec("test.test_socket") is None:
        print(
            f"{sys.executable} has no tests of the standard library (Debian leaves them out): take python.org's"
        )
        return 2
    if (mode := found()).name != NAMESPACES:
        print(f"there are no hosts here: {mode.why}")
        return 2
    print(
        f"Python {sys.version.split()[0]}; each test plainly, then on {' and '.join(options.on)}\n",
        flush=True,
    )
    with ThreadPoolExecutor(options.jobs) as pool:
        compared = pool.map(lambda name: (name, _compared(f"test.{name}", options)), options.modules)
        results = [(name, on, each) for name, both in compared for on, each in _told(name, both)]
    total, passed = (sum(getattr(each, what) for *_, each in results) for what in ("plain", "passed"))
    named = sum(len(each.named) for *_, each in results)
    wrong = sum(len(each.worse) + len(each.better) for *_, each in results)
    print(
        f"\n{passed} of {total} that pass plainly pass on hosts; {named} are named; {wrong} against the list"
    )
    return 1 if wrong or not total else 0


def _compared(module: str, options: argparse.Namespace) -> dict[str, Comparison]:
    chosen = [test for test in names(module) if options.only in test]
    plain = run(module, "plain", chosen)

    def again(on: str, plainly: bool, tests: Collection[str]) -> Found:
        return run(module, "plain" if plainly else on, tests)

    return {on: compare(plain, run(module, on, chosen), known(on), partial(again, on)) for on in options.on}


def _told(name: str, both: dict[str, Comparison]) -> list[tuple[str, Comparison]]:
    """Print what is to be seen of a module."""
    for on, each in both.items():
        extra = "".join(
            f", {len(tests)} {word}"
            for word, tests in (("named", each.named), ("unsteady", each.unsteady))
            if tests
        )
        print(f"{name:36} {on:5} {each.passed:4} of {each.plain:4}{extra}{'' if each.right else '  WRONG'}")
        for test, outcome in each.unsteady.items():
            print(f"    unsteady: {test} ({outcome.what} once)")
        for test, outcome in each.worse.items():
            words = "\n".join(f"        {line}" for line in outcome.words.splitlines()[-25:])
            print(f"    passes plainly, not on {on}: {test} ({outcome.what})\n{words}")
        for test in each.better:
            print(f"    passes, take it out of the list (tests/foreign/known.py, {on}): {test}")
    sys.stdout.flush()
    return list(both.items())


if __name__ == "__main__":
    sys.exit(main())
