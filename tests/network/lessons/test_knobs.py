"""Every invitation of a lesson to change something is a knob that test_twice.py turns."""

from __future__ import annotations

import pytest
from knobs import KNOBS

from tools import texts

INVITES = "**Turn the knob", "**Change one thing", "**Change the number"
# Panels; knobs that the lesson turns by itself, in the cell below; a change that ends in an error, as the text says.
# And one of chat's above is an invitation in other words; of fast's one names three numbers, and one is none.
OTHERS = {"fast": -3, "multicast": 1, "pipes": 2, "sockets": 1, "chat": -1}


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_every_invitation_is_tried(source):
    name, text = texts.name_of(source), source.read_text(encoding="utf-8")
    invited = sum(map(text.count, INVITES))
    tried = sum(knob.lesson == name for knob in KNOBS)
    assert invited == tried + OTHERS.get(name, 0)
