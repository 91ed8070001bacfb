"""`socket_panel(net)`: the hosts' socket tables, live."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labkit.notebook.cell import replace_earlier
from labkit.panels.base import Panel
from labkit.sockets.at_rest import tables_at_rest

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.network.network import Network
    from labkit.sockets.table import SocketTable
    from labkit.traces.trace import Trace


class SocketPanel(Panel):
    """The hosts' socket tables as they change.  Made by `socket_panel`."""

    def __init__(self, hosts: Sequence[Host], owner: Host | Network, trace: Trace | None = None) -> None:
        self._hosts = [weakref.ref(host) for host in hosts]
        self._owner, self._trace = weakref.ref(owner), trace
        self._tables = dict(zip((host.name for host in hosts), tables_at_rest(hosts), strict=True))
        replace_earlier(self)

    @property
    def tables(self) -> dict[str, SocketTable]:
        """{host name: its `SocketTable`}, now; of a network that is closed or gone, as they were seen last."""
        hosts = [host for each in self._hosts if (host := each()) is not None]
        if self._owner() is not None and len(hosts) == len(self._hosts) and not hosts[0].core.closed:
            self._tables = dict(zip((host.name for host in hosts), tables_at_rest(hosts), strict=True))
        return self._tables

    @property
    def text(self) -> str:
        """The tables as text, once nothing is under way (1 s at most)."""
        return "\n\n".join(map(str, self.tables.values()))

    def _html(self) -> str:
        return "\n".join(table._repr_html_() for table in self.tables.values())

    def _widget(self) -> Any:
        from labkit.panels.sockets.widget import SocketsWidget

        hosts = [host() for host in self._hosts]
        owner = self._owner()
        if owner is None or None in hosts:
            raise RuntimeError("the network of this panel is gone; keep it in a variable: net = Network(...)")
        return SocketsWidget(self, hosts, owner, self._tables, self._trace)

    def close(self) -> None:
        """Look no more.  Closing twice is as good as once."""
        widget = self.__dict__.get("widget")
        if widget is not None:
            widget.end()


def socket_panel(net: Network | Host, trace: Trace | None = None) -> SocketPanel:
    """The socket tables of a network's hosts, or of one host, live: what comes, changes and goes.

    It looks when something has crossed the wire, and once a second.  Each TCP connection's row opens its ladder.

    net    a network, or a host
    trace  where the ladders come from, running or not; None: a capture of the panel's own, which begins when the
           first ladder is asked for (128 bytes of each frame, 5,000 frames at most) and ends with the panel

    Raises TypeError for what is neither a network nor a host, and for what is no trace; NeedsHosts where hosts have
    no socket tables of their own.  The panel does not keep the network: when nobody holds it, the panel ends.
    """
    hosts = list(net.hosts) if hasattr(net, "hosts") and hasattr(net, "capture") else [net]
    if not all(hasattr(host, "sockets") and hasattr(host, "core") for host in hosts):
        raise TypeError(
            f"socket_panel shows a network or a host (got {type(net).__name__}); write socket_panel(net)"
        )
    if trace is not None and not (hasattr(trace, "flows") and hasattr(trace, "frames")):
        raise TypeError(
            f"trace is what a capture gives (got {type(trace).__name__}); write socket_panel(net, trace)"
        )
    return SocketPanel(hosts, net, trace)
