"""`torture(Decoder, messages)`: cut a stream in every way that a network may, and find the smallest that breaks it."""

from __future__ import annotations

from labkit.torture.readers import reading
from labkit.torture.runner import torture
from labkit.torture.verdict import Torture

__all__ = ["Torture", "reading", "torture"]
