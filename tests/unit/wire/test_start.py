"""What the wire's process loads: each millisecond of that is one of every network's making."""

import random
import subprocess

from labkit.running.child import PARENT, python_command
from labkit.wire.chance import Chance

# They take longer to load than the wire itself, and one drags others along.
HEAVY = "collections dataclasses enum functools inspect random re selectors signal socket tempfile traceback typing"


def test_the_wire_loads_nothing_heavy():
    python, *flags = python_command("labkit.wire.__main__")[:4]
    ask = f"import sys; sys.path.insert(0, {PARENT!r}); import labkit.wire.__main__; print(*sorted(sys.modules))"
    done = subprocess.run([python, *flags, "-c", ask], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "labkit.wire.building" in loaded
    assert loaded & set(HEAVY.split()) == set()


def test_chance_draws_what_a_generator_of_its_seed_draws():
    chance, same = Chance("0/client/loss"), random.Random("0/client/loss")
    drawn = [chance.random(), chance.uniform(-5, 5), chance.random()]
    assert drawn == [same.random(), same.uniform(-5, 5), same.random()]
