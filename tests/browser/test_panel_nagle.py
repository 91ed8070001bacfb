"""The Nagle explorer by mouse and by keyboard alone: two runs, side by side."""

from __future__ import annotations

import re

import pytest
from browser.driving import CHROMIUM, add_cell, busy, code_cell, in_both_looks, notebook_of, start
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

CELLS = [
    "from labkit import Network\nfrom labkit.panels import nagle_explorer",
    "explorer = nagle_explorer()\nexplorer",
]
SOON = 20_000  # ms; a run, on a busy machine


def panel_in(lab, page: Page) -> Locator:
    notebook_of(lab, page, "nagle.ipynb", CELLS)
    panel = page.locator(".lkp-nagle")
    panel.get_by_role("button", name="Run", exact=True).wait_for()
    return panel


def row(panel: Locator, what: str) -> Locator:
    return panel.locator(".lkn-figures tbody tr").filter(has_text=what)


@in_both_looks
def test_by_keyboard_alone(lab, page, accessible, width):
    panel = panel_in(lab, page)
    expect(panel.locator(".lkn-figures")).to_have_count(0)  # nothing runs before it is touched
    run = panel.get_by_role("button", name="Run", exact=True)
    run.focus()
    page.keyboard.press("Enter")
    expect(row(panel, "bytes in each")).to_contain_text("4, 100", timeout=SOON)
    expect(panel.locator(".lkp-said")).to_have_text(re.compile(r"^Done: the last answer came \d"))
    expect(panel.locator(".lkn-run-shown")).to_have_count(1)
    before = panel.locator(".lkn-picture").first.inner_html()

    panel.get_by_role("checkbox", name="TCP_CORK").focus()
    page.keyboard.press("Space")
    expect(panel.locator(".lkn-text")).to_contain_text("each message corked", timeout=SOON)
    expect(run).to_be_enabled()
    run.focus()
    page.keyboard.press("Enter")
    expect(row(panel, "bytes in each")).to_have_text(re.compile("104.*4, 100.*other sizes"), timeout=SOON)
    expect(row(panel, "data segments")).to_contain_text("−1")
    expect(row(panel, "the last byte waited")).to_have_class("lkn-changed")
    expect(panel.locator(".lkn-changes")).to_have_text("Between the two: TCP_CORK: off → on.")
    assert panel.locator(".lkn-picture").first.inner_html() != before
    now, then = panel.locator(".lkn-run-shown").all()
    assert (now.bounding_box()["y"] == then.bounding_box()["y"]) == (width == 1280)
    expect(then.locator("text", has_text="sendall(100 bytes)").first).to_be_visible()
    accessible(page, ".lkp-nagle")


def test_by_mouse(lab, page):
    panel = panel_in(lab, page)
    panel.get_by_role("combobox", name="pattern").select_option("many small")
    panel.get_by_role("slider", name="writes").fill("5")
    expect(panel.locator(".lkn-text")).to_contain_text("5 writes of 100 bytes each", timeout=SOON)
    size = panel.get_by_role("spinbutton", name="size, bytes")
    size.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(panel.locator(".lkn-text")).to_contain_text("5 writes of 10 bytes each", timeout=SOON)
    panel.get_by_role("checkbox", name="TCP_NODELAY").click()
    expect(panel.locator(".lkn-text")).to_contain_text("Nagle's algorithm off", timeout=SOON)
    panel.get_by_role("button", name="Run", exact=True).click()
    expect(row(panel, "bytes in each")).to_contain_text("10, 10, 10, 10, 10", timeout=SOON)
    panel.get_by_text("The ladder as text").click()
    expect(panel.locator("pre")).to_contain_text("sendall(10 bytes)")


def test_what_is_refused(lab, page):
    panel = panel_in(lab, page)
    size = panel.get_by_role("spinbutton", name="size, bytes")
    size.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("5000")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("from 1 to 2000 (got 5000)", timeout=SOON)
    expect(size).to_have_value("100")


def test_it_runs_after_a_cell_that_runs_and_leaves_the_learners_network_alone(lab, page):
    panel = panel_in(lab, page)
    above = code_cell(page, "explorer = nagle_explorer()")
    with busy(
        lab, page, above, "net = Network('client', 'server')", "print(len(explorer.runs), net.closed)"
    ) as cell:
        panel.get_by_role("button", name="Run", exact=True).click()
        expect(panel.locator(".lkp-said")).to_contain_text("The kernel is busy with a cell", timeout=SOON)
    expect(cell.locator(".jp-OutputArea")).to_have_text("0 False", timeout=SOON)
    expect(panel.locator(".lkn-run-shown")).to_have_count(1, timeout=SOON)
    # The last cell that ran made a network: a run of the panel is of another cell.
    panel.get_by_role("button", name="Run", exact=True).click()
    expect(panel.locator(".lkn-run-shown")).to_have_count(2, timeout=SOON)
    check = add_cell(page, code_cell(page, "explorer = nagle_explorer()"), "print(net.closed, 'now')")
    start(page, check)
    expect(check.locator(".jp-OutputArea")).to_have_text("False now", timeout=SOON)
