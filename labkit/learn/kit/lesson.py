"""What a lesson says of itself."""

from __future__ import annotations

from typing import NamedTuple


class Card(NamedTuple):
    """A lesson's name, which is its folder's too, its title, and what is in it, for a row of a table."""

    name: str
    title: str
    teaser: str
