"""What a term means is said in the page, by mouse and by keyboard: in ladders, players, tables, the glossary."""

from __future__ import annotations

import pytest
from browser.driving import CHROMIUM, ROOT, notebook_of
from playwright.sync_api import Locator, Page, expect

from labkit.terms.finding import meaning_of, terms
from labkit.terms.finding import term as glossary_term
from tools import marking

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

SAMPLE = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests")!r})
from ladder_samples import sample
"""
TABLE = """
from labkit import Network
from labkit.panels import socket_panel
net = Network("client", "server", delay_ms=10)
listener = net.server.socket(); listener.bind((net.server.address, 8080)); listener.listen()
socket_panel(net)
"""


def shown(lab, page, cell: str, selector: str) -> Locator:
    notebook_of(lab, page, "terms.ipynb", [cell])
    found = page.locator(selector).last
    found.wait_for()
    return found


def test_the_players_fields_states_and_flags_are_explained(lab, page: Page):
    player = shown(
        lab,
        page,
        f"{SAMPLE}from labkit.panels import ladder_player\nladder_player(sample('hello'))",
        ".lkp-player",
    )
    said = player.locator(".lkp-term")
    player.locator(".lkp-frame").first.click()
    window = player.locator('.lkp-field[data-term="Window"]')
    window.hover()
    expect(said).to_have_text(f"Window: {meaning_of('Window')}")
    syn = player.locator('.lkp-field[data-term="SYN"]')
    syn.hover()
    expect(said).to_have_text(f"SYN: {meaning_of('SYN')}")
    state = player.locator(".lkp-state").first
    state.focus()
    name = state.text_content()
    expect(said).to_have_text(f"{name}: {meaning_of(name)}")
    expect(state).to_have_attribute("aria-description", meaning_of(name))
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()


def test_the_players_fields_are_explained_by_keyboard(lab, page: Page):
    player = shown(
        lab,
        page,
        f"{SAMPLE}from labkit.panels import ladder_player\nladder_player(sample('hello'))",
        ".lkp-player",
    )
    player.locator(".lkp-frame").first.click()
    player.locator('.lkp-field[tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    expect(player.locator(".lkp-term")).to_have_text(f"Source Port: {meaning_of('Source Port')}")


def test_a_ladders_words_are_explained_where_the_focus_is(lab, page: Page):
    ladder = shown(
        lab, page, f"{SAMPLE}from labkit import ladder\nladder(sample('hello'))", ".labkit-ladder .live"
    )
    word = ladder.locator(".lk-terms b", has_text="FIN-WAIT-1")
    sentence = word.locator("i")
    expect(sentence).to_be_hidden()
    ladder.locator(".lk-terms b").first.focus()
    while not word.evaluate("word => word === document.activeElement"):
        page.keyboard.press("Tab")
        assert ladder.evaluate("ladder => ladder.contains(document.activeElement)")
    expect(sentence).to_be_visible()
    expect(sentence).to_have_text(meaning_of("FIN-WAIT-1"))
    box, whole = sentence.bounding_box(), ladder.bounding_box()
    assert whole["x"] <= box["x"] and box["x"] + box["width"] <= whole["x"] + whole["width"]


def test_a_socket_tables_heads_and_states_are_explained(lab, page: Page):
    table = shown(lab, page, TABLE, ".lkp-sockets")
    said = table.locator(".lkp-term")
    table.get_by_text("LISTEN", exact=True).hover()
    expect(said).to_have_text(f"LISTEN: {meaning_of('LISTEN')}")
    table.locator('[data-term="recv queue"]').last.focus()
    expect(said).to_have_text(f"recv queue: {meaning_of('recv queue')}")


def test_the_glossary_is_searched(lab, page: Page):
    glossary = shown(lab, page, "from labkit import glossary\nglossary()", ".lkp-glossary")
    entries = glossary.locator("dl > div")
    expect(entries).to_have_count(len(terms()))
    glossary.get_by_label("Search the glossary").fill("fin-wait")
    expect(entries.first.locator("dt")).to_have_text("FIN-WAIT-1")
    assert entries.count() < 9
    entries.first.get_by_role("link", name="FIN", exact=True).click()
    expect(entries).to_have_count(len(terms()))
    expect(glossary.locator("#term-FIN")).to_be_focused()
    glossary.get_by_label("Search the glossary").fill("quetzal")
    expect(glossary.get_by_role("status")).to_have_text("No entry has this.")


def test_a_term_that_is_marked_in_a_text_is_underlined_and_says_its_sentence(lab, page: Page):
    text = marking.marked(["Each segment crosses."], "start")[0]
    cell = f"from IPython.display import Markdown\nMarkdown({text!r})"
    term = shown(lab, page, cell, ".jp-OutputArea abbr")
    expect(term).to_have_text("segment")
    expect(term).to_have_attribute("title", glossary_term("segment").meaning)
    assert term.evaluate("term => getComputedStyle(term).textDecorationStyle") == "dotted"
