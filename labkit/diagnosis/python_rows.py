"""What the doctor says of Python, its packages and the environment."""

from __future__ import annotations

from labkit.diagnosis.environment import PACKAGES, Versions
from labkit.diagnosis.facts import OLDEST_PYTHON, Facts
from labkit.diagnosis.row import MISSING, NOTE, OK, RESTART, Row, version


def python_row(facts: Facts) -> Row:
    found = ".".join(map(str, facts.python))
    if facts.python[:2] < OLDEST_PYTHON:
        least = ".".join(map(str, OLDEST_PYTHON))
        remedy = (
            f"make lab PYTHON=python{least}   # or the name of a newer one; `make lab` says how to install it"
        )
        if facts.environment.kind == "conda":
            remedy = "conda env create -f environment.yml"
        return Row("Python", MISSING, found, f"labkit needs Python {least} or newer.", remedy, "old-python")
    return Row("Python", OK, found)


def packages_row(facts: Facts) -> Row:
    packages = facts.environment.packages
    found = ", ".join(f"{name} {packages[name] or 'missing'}" for name in packages)
    lacking = []
    for name in packages:
        has, wanted = packages[name], PACKAGES[name]
        if has is None or not wanted.will_do(version(has)):
            lacking.append((name, wanted))
    if not lacking:
        return Row("packages", OK, found)
    short = ", ".join(f"{name} {packages[name] or 'missing'}" for name, _ in lacking)
    level = MISSING if any(packages[name] is None for name, _ in lacking) else NOTE
    meaning = (
        "The lessons use these; where one is missing they stop, where one is too old or too new they may."
    )
    return Row("packages", level, short, meaning, _again(facts, lacking), "packages")


def _again(facts: Facts, lacking: list[tuple[str, Versions]] | None = None) -> str:
    """The command that makes this environment right."""
    if facts.environment.kind == "lab":
        return f"make clean && make lab   # makes the environment again; {RESTART}"
    if facts.environment.kind == "conda":
        return f"conda env update -f environment.yml   # {RESTART}"
    if lacking:
        wanted = " ".join(f'"{name}{versions}"' for name, versions in lacking)
        return f"python -m pip install --upgrade {wanted}   # {RESTART}"
    what = "labkit-net" if facts.environment.kind == "package" else "."
    return f"python -m pip install --force-reinstall --no-deps {what}"


def environment_rows(facts: Facts) -> list[Row]:
    """What else can be stale about an environment; nothing where nothing is."""
    here, found = facts.environment, []
    if here.pins == "other":
        meaning = (
            "The checkout asks for other packages than this environment was made of: it has changed since."
        )
        remedy = f"make lab   # makes the environment again; {RESTART}"
        found.append(Row("environment", NOTE, "made of another lock", meaning, remedy, "stale-environment"))
    if here.elsewhere:
        meaning = "The lessons here and the labkit that this Python loads may not fit."
        remedy = "make lab   # in the folder of these lessons: it starts JupyterLab with their own labkit"
        found.append(
            Row("labkit", NOTE, "from another folder than these lessons", meaning, remedy, "labkit-elsewhere")
        )
    if here.jupyter == "other":
        meaning = (
            "JupyterLab's Python brings what draws the panels, the notebook's the rest: they may not fit."
        )
        remedy = (
            f"{here.start}   # or in JupyterLab: Kernel, Change Kernel; `jupyter kernelspec list` shows them"
        )
        found.append(
            Row(
                "JupyterLab",
                NOTE,
                "runs notebooks with another Python than its own",
                meaning,
                remedy,
                "other-kernel",
            )
        )
    return found
