"""No code of labkit reads the sentences that labkit itself writes: words are made from values, at the edge.

Where a phrase is written in one place and looked for in another, rewording the one breaks the other in silence.  A
constant that both places name is no such danger, nor are the phrases of others (`/proc`, `ss`), which labkit does not
write.
"""

from __future__ import annotations

import pytest
from cuts import Cut, cuts
from house import PACKAGE, modules
from scripts import HOLE, scripts
from sentences import parsed

SOURCES = {name: module.source for name, module in modules().items()}
SCRIPTS = scripts(PACKAGE)


def test_no_module_and_no_script_reads_a_sentence_of_labkit():
    found = parsed(SOURCES, SCRIPTS)
    assert [f"{read.module}:{read.line} reads {read.phrase!r}" for read in found] == []


def test_no_module_cuts_a_text_of_labkit():
    assert cuts(SOURCES) == []


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


@pytest.mark.parametrize(
    ("made", "script", "phrase"),
    [
        ("AFTER = 'CLOSED after'", 'const name = (box) => box.replace(" after", "");', " after"),
        (NOTES, "const host = note.split(` way to ${name}`)[1];", " way to "),
        (NOTES, "const host = /(\\w+) on the way to (\\w+)/.exec(note)[2];", " on the way to "),
        (OWNERS, 'if (row.owner === "waits for accept()") queue(row);', "waits for accept()"),
        (OWNERS, 'const colour = { "waits for accept()": "grey" }[row.owner];', "waits for accept()"),
        (OWNERS, 'switch (row.owner) { case "waits for accept()": queue(row); }', "waits for accept()"),
        (SAYS, 'const queued = note == "accepted";', "accepted"),
        ("", 'say(`${n} are lost`); if (line.textContent.endsWith(" are lost")) stop();', " are lost"),
    ],
)
def test_a_sentence_that_a_script_reads_is_found(made, script, phrase):
    assert phrase in {read.phrase for read in parsed({"one": made}, {"one.js": script})}


@pytest.mark.parametrize(
    ("made", "script"),
    [
        (NOTES, 'if (line.startsWith("sl  local_address")) skip();'),
        (OWNERS, 'cell.textContent = "waits for accept()"; // what one reads as "waits for accept()"'),
        (OWNERS, 'const points = shape.getAttribute("points").split(" ");'),
    ],
)
def test_what_a_script_may_read_is_not_found(made, script):
    assert parsed({"one": made}, {"one.js": script}) == []


CALLER = """
def lines(count):
    shown = f"not received: {count} bytes"
    drawing.rest(1, shown)
"""
RETURNS = """
def ask(quiz):
    lines = [quiz.title]
    return "\\n".join(lines)
"""


@pytest.mark.parametrize(
    ("made", "cutter", "sign"),
    [
        (
            CALLER,
            "class Drawing:\n    def rest(self, x, shown):\n        return shown, shown.partition(':')[0]",
            ":",
        ),
        (
            CALLER.replace("1, shown", "1, shown=shown"),
            "def rest(x, *, shown):\n    return shown.split(': ')",
            ": ",
        ),
        (RETURNS, "def rich(quiz):\n    return ask(quiz).split('\\n')[-1]", "\n"),
        (RETURNS, "def rich(quiz):\n    text = ask(quiz)\n    first, *_ = text.split('\\n')", "\n"),
        (
            "def said(n):\n    return say('{n} came, {n} went', n=n)",
            "def a(n):\n    said(n).split(', ')",
            ", ",
        ),
        ("", "def a(n):\n    text = f'{n} came.' if n else 'it is over'\n    text.removesuffix('.')", "."),
    ],
)
def test_a_text_that_is_cut_elsewhere_is_found(made, cutter, sign):
    assert {(cut.module, cut.sign) for cut in cuts({"one": made, "two": cutter})} == {("two", sign)}


def test_a_cut_says_where_and_what():
    cutter = "def rest(x, shown):\n    return shown.partition(':')[0]"
    text = f"not received: {HOLE} bytes"
    assert cuts({"one": CALLER.replace("drawing.", ""), "two": cutter}) == [Cut("two", 2, ":", text)]


@pytest.mark.parametrize(
    "cutter",
    [
        "def rest(x, shown):\n    return shown.partition(';')[0]",  # a sign that is not in it
        "def rest(shown, x):\n    return shown.partition(':')[0]",  # another argument
        "def px(n):\n    return f'{n:.1f}'.removesuffix('.0')",  # a number
        "def a(file):\n    return file.read().split(':')",
        "WORDS = 'a b c'.split()",
        "def rest(x, shown):\n    return shown if shown.endswith('\\n') else shown + '\\n'",  # layout
        "NAMES = '\\0'\ndef rest(x, shown):\n    return shown.split(NAMES)",  # a sign that has a name is a format
    ],
)
def test_what_is_no_text_of_labkit_may_be_cut(cutter):
    assert cuts({"one": CALLER, "two": cutter}) == []
