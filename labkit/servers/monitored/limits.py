"""What one client may take, and all together: the numbers that an operator sets."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """Raises ValueError for what is no limit.

    connections: that are open at the same time; whoever comes on top is told so, and sent away.
    idle: seconds that a client may take for its next whole request, or to read its answer.
    rate, burst: requests a second of one address in the long run, and at once after a pause.
    longest: bytes of a request.
    grace: seconds for what is still to be done, once the server stops.
    """

    connections: int = 100
    idle: float = 60.0
    rate: float = 20.0
    burst: int = 40
    longest: int = 1000
    grace: float = 5.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            kinds = (int,) if field.type == "int" else (int, float)
            if isinstance(value, bool) or not isinstance(value, kinds) or not 0 < value < math.inf:
                wanted = "a whole number" if field.type == "int" else "a number"
                raise ValueError(f"{field.name} is {wanted} above 0 (got {value!r})")
