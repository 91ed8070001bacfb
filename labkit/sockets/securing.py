"""TLS on a host's socket: `context.wrap_socket(client.socket())` gives an SSLSocket that notes its calls, too."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from labkit.running.imports import when_loaded

if TYPE_CHECKING:
    from labkit.sockets.hostsocket import HostSocket


def teach_tls(kind: type[HostSocket]) -> None:
    """From now on, what `ssl` makes of a socket of a class notes its calls; `ssl` is not loaded for that."""
    when_loaded("ssl", lambda ssl: _teach(ssl, kind))


def _teach(ssl: ModuleType, kind: type[HostSocket]) -> None:
    # What wrap_socket(), and accept() of a TLS socket, call: a class's own constructor raises.
    create = ssl.SSLSocket._create.__func__

    def _create(cls: type, sock: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(sock, kind):
            return create(cls, sock, *args, **kwargs)
        from labkit.sockets.tlssocket import noting_class, taking_over

        with taking_over(sock):
            return create(noting_class(cls), sock, *args, **kwargs)

    ssl.SSLSocket._create = classmethod(_create)
