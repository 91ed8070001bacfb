"""What is to be done when somebody else's module is loaded: now if it is there, else as soon as it is imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, cast

Do = Callable[[ModuleType], None]
_waiting: dict[str, list[Do]] = {}


def when_loaded(name: str, do: Do) -> None:
    """Call do(module) once the module of this name has been loaded, which is not loaded for that."""
    module = sys.modules.get(name)
    if module is not None:
        do(module)
        return
    _waiting.setdefault(name, []).append(do)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


class _Finder:
    """Finds what is waited for where the other finders find it, and hears of its end."""

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _waiting:
            return None
        for finder in sys.meta_path:
            found = None if finder is self else finder.find_spec(name, path, target)
            if found is not None:
                loader: Any = found.loader
                if loader is not None:
                    found.loader = cast(Any, _Loader(loader))
                return found
        return None


class _Loader:
    """Loads a module as its own loader does, and then does what was to be done."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        for do in _waiting.pop(module.__name__, ()):
            do(module)


_finder: Any = _Finder()
