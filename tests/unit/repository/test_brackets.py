"""At most one aside in brackets a paragraph: who reads in a second language has one sentence to follow, not three."""

from __future__ import annotations

import pytest
from brackets import asides, paragraphs

from tools import texts


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_a_paragraph_has_one_aside_at_most(source):
    found = {each: asides(each) for each in paragraphs(source.read_text())}
    assert {each: held for each, held in found.items() if len(held) > 1} == {}, (
        "make a sentence of one of them"
    )


@pytest.mark.parametrize(
    "held",
    [
        "RFC 9293, section 3.8",
        "RFC\n5681, sections 3.1 and 3.2",
        "socket(7)",
        "tcp(7), `TCP_USER_TIMEOUT`",
        "`recv(4)`",
        "`tcp_keepalive_timer` in the kernel's `tcp_timer.c`",
        "`shutdown_request` in its source",
        '"No delay", ip-sysctl',
        "[](lesson:flow)",
        "1.5 ms",
        "Gettys and Nichols, *Bufferbloat*, 2011",
        "$1 - p$",
    ],
)
def test_what_only_names_is_no_aside(held):
    assert asides(f"Words `f(x)` ({held}), and [more](lesson:nagle).") == []


@pytest.mark.parametrize(
    "held",
    [
        "here RACK shows",
        "RFC 9776, which replaced RFC 3376",
        "`send()` may take a part",
        "The rest is for later: RFC 2018, section 4.",
        "as in [](lesson:flow)",
        "resident",
    ],
)
def test_a_thought_of_its_own_is_an_aside(held):
    assert len(asides(f"Words ({held}). One (socket(7)). Two ({held}).")) == 2


def test_code_tables_heads_and_what_to_read_on_are_no_prose():
    text = (
        "---\nkind: (a) (b)\n---\n\n# One\n\n```{code-cell}\nf(x, (1))\n\ng()\n```\n\n| a |\n|---|\n\nWords.\nMore.\n\n"
        "**Read on.** This (a)."
    )
    assert paragraphs(text) == ["Words.\nMore."]
