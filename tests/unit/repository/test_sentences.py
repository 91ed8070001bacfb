"""No code of labkit reads the sentences that labkit itself writes: words are made from values, at the edge.

Where a phrase is written in one place and looked for in another, rewording the one breaks the other in silence.  A
constant that both places name is no such danger, nor are the phrases of others (`/proc`, `ss`), which labkit does not
write.
"""

from __future__ import annotations

import pytest
from house import modules
from sentences import parsed

SOURCES = {name: module.source for name, module in modules().items()}


def test_no_module_reads_a_sentence_of_labkit():
    assert [f"{read.module}:{read.line} reads {read.phrase!r}" for read in parsed(SOURCES)] == []


NOTES = """
def note(fate, fault, host):
    "It was corrupted by Corrupt(nth=1) on the way to third."
    return f"{fate} by {fault}" + f" on the way to {host}"
"""
OWNERS = """
def owner(row):
    return "waits for accept()" if row.waits else "program"
"""
SAYS = """
def words(row):
    return [say("accepted"), say("UDP bound"), look_up("state")]
"""


@pytest.mark.parametrize(
    ("made", "reader", "phrase"),
    [
        (NOTES, "why, _, host = note.rpartition(' on the way to ')", " on the way to "),
        (NOTES, "whole = ' on the way to ' not in part", " on the way to "),
        (NOTES, "short = fate.partition(' by ')[0]", " by "),
        (NOTES, "mine = part.endswith((f' way to {host}', ' everywhere'))", " way to "),
        (NOTES, r"found = re.match(r'(\w+) by (?:a|(.*)) on the way to (\w+)', note)", " on the way to "),
        (
            "note = f'{fate} by {fault}'",
            "same = note == 'dropped by Drop(data=3)'",
            "dropped by Drop(data=3)",
        ),
        ("say('dropped by {fault}', fault=fault)", "same = note == 'dropped by Drop()'", "dropped by Drop()"),
        (OWNERS, "queued = row.owner == 'waits for accept()'", "waits for accept()"),
        (OWNERS, "queued = row.owner in ('a program', 'waits for accept()')", "waits for accept()"),
        (OWNERS, "colour = {'waits for accept()': 'grey'}.get(row.owner)", "waits for accept()"),
        (OWNERS, "colour = {'waits for accept()': 'grey'}[row.owner]", "waits for accept()"),
        (OWNERS, "match row.owner:\n    case 'waits for accept()': pass", "waits for accept()"),
        (
            'f\'echo {"request" if kind else "reply"}, seq {n}\'',
            "asks = 'echo request' in summary",
            "echo request",
        ),
        ("words = f'{len(run)} duplicate ACKs'", "again = mark.startswith('duplicate ACK')", "duplicate ACK"),
        (SAYS, "queued = note == 'accepted'", "accepted"),
        (SAYS, "queued = note in ('gone', 'accepted')", "accepted"),
        (SAYS, "ACCEPTED = 'accepted'\nqueued = note == ACCEPTED", "accepted"),
        (SAYS, "KINDS = {'UDP bound': 'bound'}\nkind = KINDS.get(state)", "UDP bound"),
        (SAYS, "KINDS = {'UDP bound': 'bound'}\nkind = KINDS[state]", "UDP bound"),
        (SAYS, "KINDS = 'LISTEN', 'UDP bound'\nknown = state in KINDS", "UDP bound"),
        (
            OWNERS,
            "WAITS, NOBODY = 'waits for accept()', ''\nqueued = row.owner == WAITS",
            "waits for accept()",
        ),
    ],
)
def test_a_sentence_that_is_read_is_found(made, reader, phrase):
    assert phrase in {read.phrase for read in parsed({"one": made, "two": reader})}


@pytest.mark.parametrize(
    ("made", "reader"),
    [
        (NOTES, "found = line.startswith('sl  local_address')"),  # of /proc/net/tcp: nobody here writes it
        (NOTES, "found = 'corrupted by Corrupt' in note"),  # stands in a docstring alone
        (NOTES, "words = text.replace('_ms', ' (ms)')"),  # what is put in is not looked for
        ("WAITS = 'waits for accept()'", "queued = row.owner == WAITS"),
        (SAYS, "note('state')\nstates = column == 'state'"),  # a value of the same name
        (SAYS, "ACCEPTED = 'accepted'\nstate = ACCEPTED\nqueued = state == ACCEPTED"),  # both name the value
        (SAYS, "KINDS = {'UDP bound': 'bound'}\nkind = KINDS.get(state)\nkinds = list(KINDS)"),
        ("way = 'by chance'", "WAYS = {'by chance': 1}\nnumber = WAYS[way]"),
        (OWNERS, "colour = {'sl  local_address': 'grey'}[line]"),  # a key does not write itself
        (OWNERS, "queued = row.owner == 'waits'"),  # another value, though it begins alike
        (OWNERS, "parts = line.split(' ')"),
        (
            "a, b = 'it waits', 'for accept()'",
            "queued = 'waits for' in words",
        ),  # two literals are no sentence
    ],
)
def test_what_is_no_sentence_of_labkit_is_not_found(made, reader):
    assert parsed({"one": made, "two": reader}) == []
