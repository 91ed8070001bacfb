"""Panels: what people would rather touch than read. Each is a text for comparing, a still picture for documents,
and in JupyterLab a widget."""

_PUBLIC = {
    "ladder_player": "player.panel",
    "link_panel": "link.panel",
    "nagle_explorer": "nagle.panel",
    "socket_panel": "sockets.panel",
    "state_machine": "machine.panel",
    "stream_viewer": "stream.panel",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name):
    # Each panel is loaded when it is first used: what draws one costs nothing that a lesson may not need.
    if name not in _PUBLIC:
        raise AttributeError(f"module 'labkit.panels' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"labkit.panels.{_PUBLIC[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return [*globals(), *__all__]
