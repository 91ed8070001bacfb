"""`labkit` and `python -m labkit`: look at the machine from a terminal."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from labkit import __version__

_WELCOME = """\
labkit: a network in your notebook.

  labkit doctor           can this machine run the lessons, and if not, what mends it?
  labkit doctor --json    the same as JSON, for whoever collects it
  labkit --version        which labkit this is

The lessons are notebooks: in the lab's folder type `make lab`, or open
notebooks/00_start.ipynb in JupyterLab."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status: 0, or 1 where the full mode is not available."""
    parser = argparse.ArgumentParser(prog="labkit", description="A network in your notebook.")
    parser.add_argument("--version", action="store_true", help="say which labkit this is")
    commands = parser.add_subparsers(dest="command", metavar="doctor")
    doctor_parser = commands.add_parser(
        "doctor", help="what this machine allows, what is missing, what mends it"
    )
    doctor_parser.add_argument("--json", action="store_true", help="as JSON")
    doctor_parser.add_argument("--short", action="store_true", help="only what is amiss")
    given = parser.parse_args(arguments)
    if given.version:
        print(f"labkit {__version__}")
        return 0
    if given.command is None:
        print(_WELCOME)
        return 0
    from .doctor import doctor

    report = doctor(full=not given.short)
    print(report.to_json() if given.json else report)
    return 0 if report.works else 1


if __name__ == "__main__":
    raise SystemExit(main())
