"""Panels: what people would rather touch than read. Each is a text for comparing, a still picture for documents,
and in JupyterLab a widget."""

from typing import TYPE_CHECKING

from labkit.lazy import face

if TYPE_CHECKING:
    from labkit.panels.link.panel import link_panel
    from labkit.panels.live.panel import live_plot
    from labkit.panels.machine.panel import state_machine
    from labkit.panels.nagle.panel import nagle_explorer
    from labkit.panels.player.panel import ladder_player
    from labkit.panels.sockets.panel import socket_panel
    from labkit.panels.stream.panel import stream_viewer

_PUBLIC = {
    "ladder_player": "labkit.panels.player.panel",
    "link_panel": "labkit.panels.link.panel",
    "live_plot": "labkit.panels.live.panel",
    "nagle_explorer": "labkit.panels.nagle.panel",
    "socket_panel": "labkit.panels.sockets.panel",
    "state_machine": "labkit.panels.machine.panel",
    "stream_viewer": "labkit.panels.stream.panel",
}

__getattr__, __dir__, __all__ = face(__name__, _PUBLIC)
