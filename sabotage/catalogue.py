"""All sabotages: those of the rooms, in this folder, and those of each lesson's experiments, in the lesson's own.

Each is a fault that could slip into a change and that a lesson's reader would be misled by.  They are found by
looking: a module of this package or a lesson's `sabotage.py` has `SABOTAGES`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import sabotage
from sabotage.runner import ROOT, Sabotage


def _rooms() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(sabotage.__path__):
        if module.name not in ("__main__", "catalogue", "runner"):
            yield import_module(f"sabotage.{module.name}")


def _lessons() -> Iterator[ModuleType]:
    for path in sorted(ROOT.glob("lessons/*/sabotage.py")):
        spec = spec_from_file_location(f"lessons.{path.parent.name}.sabotage", path)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


SABOTAGES: tuple[Sabotage, ...] = tuple(
    one for module in (*_rooms(), *_lessons()) for one in module.SABOTAGES
)
