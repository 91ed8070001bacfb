"""What can be wrong in a mystery, and on which level: data, to be looked up."""

from __future__ import annotations

from labkit.mysteries.at_a_service import AT_A_SERVICE
from labkit.mysteries.on_the_way import ON_THE_WAY

KINDS = {wrong.name: wrong for wrong in (*AT_A_SERVICE, *ON_THE_WAY)}
"""All kinds by name."""

LEVELS = {
    1: [wrong.name for wrong in AT_A_SERVICE],
    2: [wrong.name for wrong in ON_THE_WAY],
    3: list(KINDS),
}
"""The kinds of each level: at the service, on the way to it, and all, with a complaint that says nothing."""
