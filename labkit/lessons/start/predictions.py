"""Why each choice of the start page's prediction is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "segments-to-connect": {
        1: "One call makes no connection: the server has to agree, and its agreement must arrive.",
        2: "The client is sure after two. The server is not: did its answer arrive?",
        3: "A call, an answer that also calls back, and the answer to that: the three-way handshake.",
        4: "Two calls and two answers make four, but the server sends its two as one segment.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "segments-to-connect": "3",
}
