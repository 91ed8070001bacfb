"""The seeds of a class, in a file that its hand-out has beside a notebook: {"labkit": "variants", "seeds": {…}}.

Names are not written there, only what they come to: the file is for everybody in the class.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from labkit.words import say

FILE = "variants.json"
VARIABLE = "LABKIT_SEED"
"""The environment variable that says the seed before any file does."""

_KIND = "variants"


class SeedError(Exception):
    """It cannot be said which variant a learner has; the message says why, and what to do."""


def known_as(name: str) -> str:
    """What a name comes to in the file; capitals and spaces around it are none of its own."""
    return sha256(f"labkit.variants.{name.strip().casefold()}".encode()).hexdigest()[:24]


def written(seeds: Mapping[str, int]) -> str:
    """The file's text, for these names and their seeds."""
    found = {known_as(name): seed for name, seed in seeds.items()}
    return json.dumps({"labkit": _KIND, "seeds": dict(sorted(found.items()))}, indent=1) + "\n"


def read(folder: Path) -> dict[str, int] | None:
    """The seeds by what the names come to; None where a folder has no such file.  Raises SeedError."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
        seeds = {str(name): seed for name, seed in said["seeds"].items()}
        if said["labkit"] != _KIND or not all(is_seed(seed) for seed in seeds.values()):
            raise ValueError(say("it holds something else"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        template = (
            "{file}, which says who has which variant, cannot be read ({why}); fetch the assignment anew"
        )
        raise SeedError(say(template, file=FILE, why=error)) from error
    return seeds


def is_one(said: object) -> bool:
    """Whether it is what such a file holds, as JSON has it."""
    return isinstance(said, dict) and said.get("labkit") == _KIND


def is_seed(value: object) -> bool:
    """Whether it is a whole number, 0 or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
