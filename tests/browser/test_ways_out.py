"""Out of each control that the lab shows in a notebook: Shift+Enter runs on, Esc leads to the cell, and no button is
pressed by either."""

from __future__ import annotations

import re

import pytest
from browser.driving import CHROMIUM, PANEL, notebook_of, press
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

IMPORTS = """\
from labkit import Network, order, predict, quiz
from labkit.panels import (
    ladder_player, link_panel, nagle_explorer, socket_panel, state_machine, stream_viewer)
net = Network("client", "server")
with net.capture() as trace:
    listener, caller = net.server.socket(), net.client.socket()
    listener.bind((net.server.address, 7))
    listener.listen()
    caller.connect((net.server.address, 7))
"""
# What a cell shows, and a control that one presses there.
SHOWN = {
    "choices": ('predict("a", "How many?", [1, 2, 3])', "Commit"),
    "number": ('predict("a", "How many?", number="bytes")', "Commit"),
    "lines": ('predict("a", "In which order?", order=["SYN", "ACK", "FIN"])', "Move down"),
    "quiz": ('quiz("sockets-exit")', "Check"),
    "order": ('order("one-caller")', "Run it"),
    "player": ("ladder_player(trace)", "Play"),
    "link": ("link_panel(net)", "Send something"),
    "sockets": ("socket_panel(net)", "Pause"),
    "machine": ("state_machine()", re.compile("active OPEN")),
    "journey": ("state_machine(trace)", "Play"),
    "nagle": ("nagle_explorer()", "Run"),
    "stream": ('stream_viewer([b"hello"], ["bytes.decode"], cuts=(2,))', re.compile("boundary")),
}
TWO = 'predict("a", "How many?", [1, 2])\npredict("b", "How long?", number="ms")'
# Presses of any button inside the outputs, whoever presses: a key makes the browser click, too.
COUNT = """() => {
    window.presses = 0;
    const count = event => (window.presses += !!event.target.closest(".jp-OutputArea button"));
    document.addEventListener("click", count, {capture: true});
}"""


def shown(lab, page: Page, *cells: str) -> Locator:
    """What the second cell shows, with cells below it that have run, too."""
    notebook_of(lab, page, "out.ipynb", [IMPORTS, *cells, "run = 1", "run = 2"])
    page.evaluate(COUNT)
    form = page.locator(f"{PANEL} .jp-CodeCell").nth(1).locator(".lkp").first
    form.wait_for()
    form.scroll_into_view_if_needed()
    return form


def count_of(page: Page, cell: int) -> int:
    """As which the cell ran last."""
    prompt = page.locator(f"{PANEL} .jp-CodeCell").nth(cell).locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"))
    return int(prompt.inner_text().strip("[]: "))


def active(page: Page, cell: int) -> None:
    """Wait until this cell has the focus, in command mode."""
    expect(page.locator(f"{PANEL} .jp-CodeCell").nth(cell)).to_be_focused()
    expect(page.locator(f"{PANEL} .jp-Notebook.jp-mod-commandMode")).to_be_attached()


@pytest.mark.parametrize("what", SHOWN)
def test_after_a_press_the_notebook_has_its_keys(lab, page, what):
    source, name = SHOWN[what]
    form = shown(lab, page, source)
    button = form.get_by_role("button", name=name, exact=True).first
    press(page, button)
    assert page.evaluate("window.presses") == 1
    own, next_ = count_of(page, 1), count_of(page, 2)

    page.keyboard.press("Shift+Enter")
    prompt = page.locator(f"{PANEL} .jp-CodeCell").nth(2).locator(".jp-InputPrompt")
    expect(prompt).not_to_have_text(f"[{next_}]:")
    active(page, 3)
    assert count_of(page, 2) > next_ and count_of(page, 1) == own

    form.locator("button:not(:disabled)").first.focus()
    page.keyboard.press("Escape")
    active(page, 1)
    assert page.evaluate("window.presses") == 1


def test_a_boundary_that_was_moved_lets_go(lab, page):
    form = shown(lab, page, SHOWN["stream"][0])
    handle = form.get_by_role("slider").first
    box = handle.locator(".knob").bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 4, steps=4)
    page.mouse.up()
    expect(handle).to_be_focused()
    expect(handle).not_to_have_attribute("aria-valuenow", "2")
    page.keyboard.press("Shift+Enter")
    active(page, 3)


def test_a_commit_leads_to_the_next_question_and_then_to_the_next_cell(lab, page):
    shown(lab, page, TWO)
    first, second = page.locator(f"{PANEL} .labkit-form").all()
    first.get_by_text("2", exact=False).last.click()
    first.get_by_role("button", name="Commit").click()
    expect(second.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    expect(second).to_contain_text("Your prediction: 40 ms.")
    active(page, 2)
    page.keyboard.press("Shift+Enter")
    active(page, 3)


def test_a_press_that_commits_nothing_stays(lab, page):
    form = shown(lab, page, SHOWN["choices"][0])
    commit = form.get_by_role("button", name="Commit")
    press(page, commit)
    expect(form).to_contain_text("Choose first.")
    expect(commit).to_be_focused()


def test_a_button_that_is_busy_has_the_focus_again(lab, page):
    """Running takes a moment, in which the button cannot be pressed: Shift+Enter leads on meanwhile and afterwards."""
    form = shown(lab, page, SHOWN["order"][0])
    run = form.get_by_role("button", name="Run it")
    press(page, run)
    expect(form).to_contain_text("✗")
    expect(run).to_be_focused()
    page.keyboard.press("Shift+Enter")
    active(page, 3)
    assert form.get_by_text("✗").count()  # what was told still stands there


def test_a_press_on_a_cell_s_margin_gives_the_notebook_its_keys(lab, page):
    form = shown(lab, page, SHOWN["choices"][0])
    form.get_by_role("button").focus()
    page.locator(f"{PANEL} .jp-CodeCell").nth(1).locator(".jp-InputPrompt").click()
    active(page, 1)
    page.keyboard.press("b")
    expect(page.locator(f"{PANEL} .jp-CodeCell")).to_have_count(5)


def test_letters_and_arrows_are_the_controls_own(lab, page):
    form = shown(lab, page, SHOWN["choices"][0])
    form.get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "d", "d", "b"):
        page.keyboard.press(key)
    expect(form.get_by_role("radio").nth(1)).to_be_checked()
    expect(page.locator(f"{PANEL} .jp-CodeCell")).to_have_count(4)


def test_the_notebook_is_saved_from_a_control(lab, page):
    form = shown(lab, page, SHOWN["number"][0])
    tab = page.locator(".lm-DockPanel-tabBar .lm-mod-current")
    for control in ("textbox", "button"):
        form.get_by_role(control).focus()
        page.keyboard.press("Shift+Enter")
        expect(tab).to_have_class(re.compile("jp-mod-dirty"))
        form.get_by_role(control).focus()
        page.keyboard.press("Control+s")
        expect(tab).not_to_have_class(re.compile("jp-mod-dirty"))
