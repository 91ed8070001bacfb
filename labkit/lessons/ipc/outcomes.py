"""How a call ended, as words that can be compared and printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def attempt(call: Callable[..., Any], *arguments: Any) -> str:
    """How a call ended: "success", or the words of its OSError."""
    try:
        call(*arguments)
    except OSError as error:
        return error.strerror or str(error)
    return "success"
