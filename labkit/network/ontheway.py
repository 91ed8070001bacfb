"""What a host is on the way of packets: its addresses and routes, and what a router does to those that it passes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from labkit.network.settings import forwarding

if TYPE_CHECKING:
    from labkit.network.boxes.box import MiddleBox
    from labkit.network.boxes.rules import Allow
    from labkit.network.boxes.tables import Connections, Translations
    from labkit.network.host import Host
    from labkit.network.routes import Routes


class OnTheWay:
    """The part of `Host` that speaks of addresses, routes, NAT and firewall."""

    @property
    def _host(self) -> Host:
        return self  # type: ignore[return-value]  # a host is what this is a part of

    @property
    def forwards(self) -> bool:
        """Does it pass on packets that are for others?  It does if it is on several segments, until somebody sets its
        net.ipv4.ip_forward to 0."""
        return (
            len(self._host.interfaces) > 1
            and self._host.sysctl(forwarding(self._host.interfaces[0].name)) == "1"
        )

    @property
    def routes(self) -> Routes:
        """Its table of routes, as the kernel has it now. See `labkit.network.routes`."""
        from labkit.network.routes import routes

        return routes(self._host)

    def route_add(self, destination: str, via: str | None = None, *, interface: str | None = None) -> None:
        """Add a route: `host.route_add("10.0.2.0/24", via="router")`. See `labkit.network.routes.change`."""
        from labkit.network.routes import change

        change(self._host, True, destination, via, interface)

    def route_del(self, destination: str, via: str | None = None, *, interface: str | None = None) -> None:
        """Take a route away: `host.route_del("10.0.2.0/24")`. See `labkit.network.routes.change`."""
        from labkit.network.routes import change

        change(self._host, False, destination, via, interface)

    def address_add(self, address: str, *, interface: str | None = None) -> None:
        """Give an interface one more: `host.address_add("10.0.1.7/24")`. See `labkit.network.addresses.change`."""
        from labkit.network.addresses import change

        change(self._host, True, address, interface)

    def address_del(self, address: str, *, interface: str | None = None) -> None:
        """Take an address away: `host.address_del("10.0.1.7/24")`. See `labkit.network.addresses.change`."""
        from labkit.network.addresses import change

        change(self._host, False, address, interface)

    def nat(self, inside: str | Iterable[str], outside: str, **options: Any) -> MiddleBox:
        """Let all on a segment share this router's address on another: `router.nat(inside="lan", outside="wan")`.
        See `labkit.network.boxes.nat.nat`."""
        from labkit.network.boxes.nat import nat

        return nat(self._host, inside, outside, **options)

    def firewall(self, outside: str, allow: Iterable[Allow] = (), **options: Any) -> MiddleBox:
        """Let pass what may: `router.firewall(outside="wan", allow=[Allow(tcp=80, to="server")], default="reject")`.
        See `labkit.network.boxes.firewall.firewall`."""
        from labkit.network.boxes.firewall import firewall

        return firewall(self._host, outside, allow, **options)

    def conntrack(self) -> Connections:
        """The connections that this router's firewall knows. See `labkit.network.boxes.tables.Connection`."""
        from labkit.network.boxes.box import connections

        return connections(self._host)

    def translations(self) -> Translations:
        """The table of this router's NAT, as it is now. See `labkit.network.boxes.tables.Translation`."""
        from labkit.network.boxes.box import translations

        return translations(self._host)

    def forget(self) -> None:
        """Let the NAT and the firewall of this router forget all connections now, as if they had been idle for long."""
        from labkit.network.boxes.box import forget

        forget(self._host)
