"""The link panel by mouse and by keyboard alone, with traffic under way and while a cell runs."""

from __future__ import annotations

import re

import pytest
from browser.driving import (
    CHROMIUM,
    add_cell,
    busy,
    code_cell,
    in_both_looks,
    notebook_of,
    run,
)
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

CELLS = [
    "from labkit import Network\nfrom labkit.panels import link_panel\n"
    'net = Network("client", "server", delay_ms=10)',
    "link_panel(net)",
]
SOON = 10_000  # ms; a busy machine


def panel_in(lab, page: Page, more: tuple[str, ...] = ()) -> Locator:
    notebook_of(lab, page, "link.ipynb", [*CELLS, *more])
    panel = page.locator(".lkp-link")
    panel.locator(".lkl-plots text").first.wait_for()
    return panel


def slider(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("slider", name=name, exact=True)


def field(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("spinbutton", name=name, exact=True)


def figure(panel: Locator, host: str, column: int) -> Locator:
    return panel.locator(".lkl-figures tbody tr").filter(has_text=host).locator("td").nth(column)


@in_both_looks
def test_by_keyboard_alone(lab, page, accessible):
    panel = panel_in(lab, page)
    said = panel.locator(".lkp-said")
    expect(figure(panel, "client", 0)).to_have_text("0")  # nothing is sent before it is touched

    rate = slider(panel, "rate of client")
    rate.focus()
    page.keyboard.press("End")
    for _ in range(21):
        page.keyboard.press("ArrowLeft")
    expect(said).to_have_text("rate of client: 10 Mbit/s", timeout=SOON)
    expect(field(panel, "rate of client, Mbit/s")).to_have_value("10")
    expect(field(panel, "rate of all cables, Mbit/s")).to_have_attribute("placeholder", "differ")

    button = panel.get_by_role("button", name="Send something")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Stop sending")).to_be_focused(timeout=SOON)
    delivered = figure(panel, "client", 1)
    expect(delivered).to_have_text(re.compile(r"^(9|10)"), timeout=SOON)
    expect(figure(panel, "client", 3)).to_contain_text("queue full", timeout=SOON)
    expect(panel.locator(".lkl-cross").first).to_be_attached()

    cut = panel.get_by_role("switch", name="Cut the cable of server")
    expect(cut).to_have_attribute("aria-checked", "false")
    joined = cut.locator("svg").inner_html()
    cut.focus()
    page.keyboard.press("Space")
    expect(cut).to_have_attribute("aria-checked", "true", timeout=SOON)
    expect(said).to_have_text("The cable of server is cut.")
    assert cut.locator("svg").inner_html() != joined
    expect(delivered).to_have_text("0", timeout=SOON)
    expect(figure(panel, "client", 3)).to_contain_text("cable cut", timeout=SOON)

    panel.locator(".lkl-plots").focus()
    page.keyboard.press("Home")
    expect(panel.locator(".lkl-readout")).to_have_text(re.compile(r"s ago: client sent .*; server sent"))
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(panel.locator(".lkl-plots")).to_be_focused()
    accessible(page, ".lkp-link")


def test_by_mouse(lab, page):
    panel = panel_in(lab, page)
    delay = slider(panel, "delay of all cables")
    box = delay.bounding_box()
    page.mouse.move(box["x"] + 14, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    for name in ("all cables", "client", "server"):
        expect(field(panel, f"delay of {name}, ms")).to_have_value("200", timeout=SOON)
    delay.fill("5")
    expect(field(panel, "delay of server, ms")).to_have_value("5", timeout=SOON)

    panel.get_by_role("combobox").select_option("for 5 s")
    panel.get_by_role("button", name="Send something").click()
    expect(panel.locator(".lkl-sent")).to_contain_text("client sends to server", timeout=SOON)
    expect(panel.locator(".lkl-curve.lkl-thick").first).to_be_attached(timeout=SOON)
    expect(figure(panel, "server", 0)).not_to_have_text("0", timeout=SOON)  # its acknowledgements
    plots = panel.locator(".lkl-plots").bounding_box()
    page.mouse.move(plots["x"] + plots["width"] - 110, plots["y"] + 60)
    expect(panel.locator(".lkl-readout")).to_contain_text("s ago: client sent", timeout=SOON)
    expect(panel.locator(".lkl-cursor")).to_be_attached()
    panel.get_by_role("switch", name="Cut all cables").click()
    expect(panel.get_by_role("switch", checked=True)).to_have_count(3, timeout=SOON)
    panel.get_by_role("button", name="Stop sending").click()
    expect(panel.get_by_role("button", name="Send something")).to_be_visible(timeout=SOON)


def test_exact_values_and_what_is_refused(lab, page):
    panel = panel_in(lab, page, ("print(net)",))
    said, loss = panel.locator(".lkp-said"), field(panel, "loss of server, %")
    loss.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("0.25")
    page.keyboard.press("Enter")
    expect(said).to_have_text("loss of server: 0.25 %", timeout=SOON)
    for wrong, words in (
        ("150", "Refused: loss is a share of the frames from 0 to 100 % (got 150 %)"),
        ("", "loss is a number"),
    ):
        page.keyboard.press("Control+a")
        page.keyboard.type(wrong) if wrong else page.keyboard.press("Delete")
        page.keyboard.press("Enter")
        expect(said).to_contain_text(words, timeout=SOON)
        expect(loss).to_have_value("0.25")
    rate = field(panel, "rate of client, Mbit/s")
    rate.click()
    page.keyboard.type("0.5")
    page.keyboard.press("Tab")
    expect(said).to_have_text("rate of client: 0.5 Mbit/s", timeout=SOON)
    rate.fill("")
    page.keyboard.press("Enter")
    expect(said).to_have_text("rate of client: no limit", timeout=SOON)
    output = run(page, code_cell(page, "print(net)"))
    expect(output).to_contain_text("server: delay_ms=10, loss=0.0025")


def test_each_key_sets_another_value(lab, page):
    """Also where the slider is slow to be moved: its answer comes before the next key."""
    panel = panel_in(lab, page)
    queue = slider(panel, "queue of client")
    queue.focus()
    for key, words in (
        ("Home", "1 packet"),
        ("ArrowRight", "2 packets"),
        ("ArrowRight", "3 packets"),
        ("ArrowLeft", "2 packets"),
    ):
        page.keyboard.press(key)
        expect(panel.locator(".lkp-said")).to_have_text(
            f"queue of client: {words}; it acts where there is a rate", timeout=SOON
        )
        expect(queue).to_have_attribute("aria-valuetext", words)


def add_after(page: Page, source: str) -> Locator:
    return add_cell(page, code_cell(page, "link_panel(net)"), source)


def test_changes_of_a_cell_show_and_a_closed_network_is_told(lab, page):
    panel = panel_in(lab, page)
    run(page, add_after(page, "net.link.delay_ms = 50; net.server.link.cut()"))
    expect(field(panel, "delay of client, ms")).to_have_value("50", timeout=SOON)
    expect(panel.get_by_role("switch", name="Cut the cable of server")).to_have_attribute(
        "aria-checked", "true"
    )
    expect(panel.locator(".lkl-state").first).to_have_text("some cut")
    run(page, add_after(page, "net.close()"))
    expect(panel.locator(".lkl-ended")).to_contain_text("This network is closed", timeout=SOON)
    expect(slider(panel, "delay of client")).to_be_disabled()


def test_its_plots_go_on_while_a_cell_runs_and_what_was_moved_acts_after_it(lab, page):
    panel = panel_in(lab, page)
    panel.get_by_role("button", name="Send something").click()
    expect(figure(panel, "client", 1)).not_to_have_text("0", timeout=SOON)
    with busy(
        lab, page, code_cell(page, "link_panel(net)"), after="print('meanwhile', net.client.link.rate_mbit)"
    ) as cell:
        drawn = panel.locator(".lkl-curve").first
        before = drawn.get_attribute("d")
        expect(drawn).not_to_have_attribute("d", before, timeout=SOON)
        slider(panel, "rate of client").focus()
        page.keyboard.press("ArrowLeft")
    expect(cell.locator(".jp-OutputArea")).to_have_text("meanwhile None", timeout=SOON)
    expect(panel.locator(".lkp-said")).to_contain_text("rate of client", timeout=SOON)
    expect(run(page, add_after(page, "print('after', net.client.link.rate_mbit)"))).to_have_text(
        re.compile(r"after \d")
    )


THREADS = "import threading; print(sum(t.name == 'labkit-link-panel' for t in threading.enumerate()))"


def test_the_cell_runs_again(lab, page):
    panel_in(lab, page, (THREADS,))
    cell = code_cell(page, "link_panel(net)")
    run(page, cell)
    expect(page.locator(".lkp-link")).to_have_count(1)
    panel = page.locator(".lkp-link")
    slider(panel, "loss of client").focus()
    page.keyboard.press("ArrowRight")
    expect(panel.locator(".lkp-said")).to_have_text("loss of client: 0.5 %", timeout=SOON)
    output = run(page, code_cell(page, THREADS))
    expect(output).to_have_text("1")
