"""`python -m sabotage [names]`: carry out each sabotage and print which lesson or test caught it."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from sabotage.catalogue import SABOTAGES
from sabotage.runner import ROOT, Outcome, Sabotage, SabotageError, in_browser, lesson_file, no_browser, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sabotage", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help="which sabotages (all)")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (2)")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    options = parser.parse_args()
    known = {sabotage.name: sabotage for sabotage in SABOTAGES}
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"there is no {', '.join(unknown)}; see --list")
    chosen = [known[name] for name in options.names] or list(SABOTAGES)
    if options.list:
        for sabotage in chosen:
            print(f"{sabotage.name:28} {sabotage.broken}")
        return 0

    if "CI" not in os.environ and (why := no_browser()):
        left_out = [sabotage.name for sabotage in chosen if all(map(in_browser, sabotage.suspects))]
        if left_out:
            print(f"Left out, {why}: {', '.join(left_out)}\n", flush=True)
        chosen = [sabotage for sabotage in chosen if sabotage.name not in left_out]

    suspects = sorted({suspect for sabotage in chosen for suspect in sabotage.suspects})
    with ThreadPoolExecutor(options.jobs) as pool:
        # First nothing is broken: who fails then would fail always, and proves nothing.
        sound = list(pool.map(lambda suspect: run(None, [suspect])[0], suspects))
        if broken := [outcome for outcome in sound if outcome.status != "passed"]:
            for outcome in broken:
                print(
                    f"{outcome.suspect} fails although nothing is broken: {outcome.why}"
                    f" (make test TESTS={lesson_file(outcome.suspect, ROOT)} tells all)",
                    file=sys.stderr,
                )
            return 1
        print(f"{len(suspects)} lessons and tests pass with nothing broken.\n", flush=True)
        print("| broken on purpose | caught by | how |\n|---|---|---|", flush=True)
        survived = [name for name, caught in pool.map(_carry_out, chosen) if not caught]
    if survived:
        print(f"\nNot caught, or not carried out: {', '.join(survived)}")
        return 1
    print(f"\n{len(chosen)} of {len(chosen)} caught.")
    return 0


def _carry_out(sabotage: Sabotage) -> tuple[str, bool]:
    try:
        outcomes = run(sabotage, sabotage.suspects)
    except SabotageError as error:
        outcomes = [Outcome("", "no result", str(error))]
    caught = [outcome for outcome in outcomes if outcome.status == "caught"]
    by = ", ".join(outcome.suspect for outcome in caught) or "**nobody**"
    why = next((outcome.why for outcome in [*caught, *outcomes] if outcome.why), "")
    print(f"| {sabotage.broken} | {by} | {why.replace('|', chr(92) + '|')} |", flush=True)
    return sabotage.name, bool(caught)


if __name__ == "__main__":
    sys.exit(main())
