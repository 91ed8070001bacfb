"""All sabotages: those of the rooms, in this folder, and those of a lesson, in the lesson's own.

Each is a fault that could slip into a change and that a lesson's reader would be misled by.  They are found by
looking: a module of this package or a lesson's `sabotage.py` has `SABOTAGES`.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import sabotage
from sabotage.runner import ROOT, Sabotage


def of_rooms() -> dict[str, tuple[Sabotage, ...]]:
    """What the modules of this package have, by the module's name."""
    names = (module.name for module in pkgutil.iter_modules(sabotage.__path__))
    return {
        name: import_module(f"sabotage.{name}").SABOTAGES
        for name in names
        if name not in ("__main__", "catalogue", "runner")
    }


def of_lessons() -> dict[str, tuple[Sabotage, ...]]:
    """What the lessons have, by the lesson's name."""
    return {path.parent.name: _loaded(path).SABOTAGES for path in sorted(ROOT.glob("lessons/*/sabotage.py"))}


def _loaded(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"lessons.{path.parent.name}.sabotage", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SABOTAGES: tuple[Sabotage, ...] = tuple(
    one for found in (of_rooms(), of_lessons()) for several in found.values() for one in several
)
