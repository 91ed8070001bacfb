"""labkit: the network in the notebook. Real kernel hosts in namespaces, a wire of our own, every frame captured."""

import sys

_PUBLIC = {
    "Network": "network",
    "Host": "network",
    "Drop": "wire.faults",
    "Delay": "wire.faults",
    "Duplicate": "wire.faults",
    "Reorder": "wire.faults",
    "Corrupt": "wire.faults",
    "FaultNeverMatched": "link",
    "Tasks": "background",
    "ServiceError": "beside",
    "TaskError": "beside",
    "ProgramError": "program",
    "Trace": "trace",
    "Segment": "segment",
    "ladder": "ladders",
    "time_sequence": "plot",
    "predict": "learn",
    "reveal": "learn",
    "check": "learn",
    "hint": "learn",
    "quiz": "learn",
    "order": "learn",
    "progress": "learn",
    "doctor": "doctor",
}

__all__ = sorted(_PUBLIC)
__version__ = "0.1.0"


def __getattr__(name):
    # Each name is loaded when it is first used: `import labkit` itself costs nothing that a lesson may not need.
    if name not in _PUBLIC:
        raise AttributeError(f"module 'labkit' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"labkit.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return [*globals(), *__all__]


def _begin():
    # Where the mode lacks something, what a lesson's next cells need of it must come from their recordings.
    from importlib import import_module

    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is None:
        return
    mode = import_module("labkit.modes.mode").current()
    if mode.name != "namespaces":
        import_module("labkit.recordings.player").install(shell, mode)


if "ipykernel" in sys.modules:
    _begin()
