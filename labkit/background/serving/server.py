"""What serves in the background, whatever way it does: the interface that each way implements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labkit.background.services import Service
    from labkit.background.workers import Worker


class Server(Protocol):
    """One way of serving a handler: `name` is the handler's, `type` SOCK_STREAM or SOCK_DGRAM."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> int: ...

    def begin(self, service: Service) -> None:
        """Serve on the service's listening socket from now on."""

    def end(self, service: Service, deadline: float) -> Iterable[tuple[Worker, str]]:
        """Serve no more; returns the threads that had to be interrupted by the deadline (monotonic seconds), and where
        they were."""
