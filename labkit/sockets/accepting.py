"""accept(2) without a moment in which a connection is nobody's."""

from __future__ import annotations

import os
from _socket import socket as _kernel
from collections.abc import Callable
from typing import Any, TypeVar

from labkit.running.uninterrupted import uninterrupted

T = TypeVar("T")
_accept = _kernel._accept  # type: ignore[attr-defined]  # it has it


def accept(sock: _kernel, wrap: Callable[[int], T]) -> tuple[T, Any]:
    """Accept a connection: what `wrap` makes of its descriptor, and the address of the peer.

    An interrupt leaves either no connection or none that is open.
    """
    made: list[tuple[int, Any]] = []
    try:
        # One step of Python's: between the call and the list no handler of a signal runs.
        made.extend(map(_accept, (sock,)))
        with uninterrupted():
            descriptor, address = made.pop()
            wrapped = wrap(descriptor)
    except BaseException:
        for descriptor, _ in made:
            os.close(descriptor)
        raise
    return wrapped, address
