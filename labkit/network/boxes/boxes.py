"""What a host that is a router can have besides: middle boxes, and looks into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labkit.network.boxes.box import MiddleBox
    from labkit.network.boxes.rules import Allow
    from labkit.network.boxes.tables import Connections, Translations
    from labkit.network.core import Core
    from labkit.network.plan import Interface


class Boxes:
    """The verbs of a `Host` that are about its middle boxes."""

    if TYPE_CHECKING:  # a host gives them
        core: Core
        name: str
        interfaces: tuple[Interface, ...]

    def nat(self, inside: str | Iterable[str], outside: str, **options: Any) -> MiddleBox:
        """Let all on a segment share this router's address on another: `router.nat(inside="lan", outside="wan")`.
        See `labkit.network.boxes.nat.nat`."""
        from labkit.network.boxes.nat import nat

        return nat(self, inside, outside, **options)

    def firewall(self, outside: str, allow: Iterable[Allow] = (), **options: Any) -> MiddleBox:
        """Let pass what may: `router.firewall(outside="wan", allow=[Allow(tcp=80, to="server")], default="reject")`.
        See `labkit.network.boxes.firewall.firewall`."""
        from labkit.network.boxes.firewall import firewall

        return firewall(self, outside, allow, **options)

    def conntrack(self) -> Connections:
        """The connections that this router's firewall knows. See `labkit.network.boxes.tables.Connection`."""
        from labkit.network.boxes.box import connections

        return connections(self)

    def translations(self) -> Translations:
        """The table of this router's NAT, as it is now. See `labkit.network.boxes.tables.Translation`."""
        from labkit.network.boxes.box import translations

        return translations(self)

    def forget(self) -> None:
        """Let the NAT and the firewall of this router forget all connections now, as if they had been idle for long."""
        from labkit.network.boxes.box import forget

        forget(self)
