"""The ladder player by mouse and by keyboard alone, and as it follows a capture."""

from __future__ import annotations

import re
from collections.abc import Callable

import nbformat
import pytest
from browser.driving import (
    CHROMIUM,
    failures,
    in_both_looks,
    menu,
    notebook_of,
    opened,
    ran,
)
from browser.latency import key_to_picture, percentile
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from tools.editions import METADATA

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

TALK = """
from labkit import Drop, Network
from labkit.panels import ladder_player

with Network("client", "server", delay_ms=10, faults=[Drop(data=2)]) as net, net.capture() as trace:
    client, server = net.hosts
    listener = server.socket()
    listener.bind((server.address, 8080))
    listener.listen()
    caller = client.socket()
    caller.connect((server.address, 8080))
    conn, _ = listener.accept()
    caller.sendall(b"hello")
    conn.recv(100)
    conn.sendall(b"world, and more")
    caller.recv(100)
    caller.close()
    conn.recv(100)
    conn.close()
ladder_player(trace)
"""


def player(page: Page) -> Locator:
    panel = page.locator(".lkp-player")
    panel.locator(".lkp-frame").first.wait_for()
    return panel


def clock(panel: Locator, step: int) -> None:
    expect(panel.locator(".lkp-clock")).to_have_text(re.compile(rf"step {step} of \d+$"))


def step_until(panel: Locator, step: Callable[[], None], words: str) -> None:
    """Step until the words are said: what happens at nearly one time is one step, or is not, as chance has it."""
    said = panel.locator(".lkp-said")
    for _ in range(40):
        step()
        if words in said.inner_text():
            return
    raise AssertionError(f"no step says {words!r}; the last one says {said.inner_text()!r}")


@in_both_looks
def test_by_keyboard_alone(lab, page, accessible):
    notebook_of(lab, page, "player.ipynb", [TALK])
    panel = player(page)
    said, states = panel.locator(".lkp-said"), panel.locator(".lkp-state")
    expect(said).to_have_text("Before the first step.")  # it opens at the beginning
    expect(states).to_have_text(["CLOSED", "LISTEN"])

    slider = panel.get_by_role("slider", name="Time")
    slider.focus()
    before = panel.locator(".lkp-box").screenshot()
    step_until(
        panel, lambda: page.keyboard.press("ArrowRight"), "client sends SYN seq 0; client is SYN-SENT now"
    )
    expect(states).to_have_text(["SYN-SENT", "LISTEN"])
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^0.0 ms: .*SYN seq 0"))
    assert panel.locator(".lkp-box").screenshot() != before, "the picture has not changed"
    step_until(panel, lambda: page.keyboard.press("ArrowRight"), "client is ESTABLISHED now")
    step_until(panel, lambda: page.keyboard.press("ArrowLeft"), "client sends SYN seq 0")
    page.keyboard.press("End")
    expect(states).to_have_text(["TIME-WAIT", "CLOSED"])
    page.keyboard.press("Home")
    expect(states).to_have_text(["CLOSED", "LISTEN"])
    page.keyboard.press("End")

    # from frame to frame, and into the fields of one
    chosen = panel.locator(".lkp-frame[tabindex='0']")
    chosen.focus()
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("ArrowUp")
    expect(panel.locator(".lkp-title")).to_have_text(re.compile("^frame 1: SYN +seq 0"))
    page.keyboard.press("ArrowDown")
    expect(panel.locator(".lkp-title")).to_have_text(re.compile("^frame 2: SYN, ACK"))
    page.keyboard.press("Tab")
    expect(panel.locator("summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel.get_by_role("treeitem", selected=True)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("treeitem", selected=True)).to_have_text("Destination: 02:00:00:00:00:01")
    expect(panel.locator("mark").first).to_have_text("02 00 00 00 00 01")

    chosen.focus()
    tall = panel.locator(".lkp-body").bounding_box()["height"]
    page.keyboard.press("+")
    expect(said).to_have_text("Time is stretched 1.5 times.")
    assert panel.locator(".lkp-body").bounding_box()["height"] > 1.3 * tall
    accessible(page, ".lkp-player")


def test_by_mouse(lab, page):
    notebook_of(lab, page, "player_mouse.ipynb", [TALK])
    panel = player(page)
    press = panel.get_by_role("button", name="To the beginning").click
    press()
    forward = panel.get_by_role("button", name="Step forward").click
    step_until(panel, forward, "client is ESTABLISHED now")
    expect(panel.locator(".lkp-state")).to_have_text(["ESTABLISHED", "SYN-RECEIVED"])

    panel.locator(".lkp-hit").nth(1).hover(force=True)
    expect(panel.locator(".lkp-title")).to_have_text(re.compile("^frame 2: SYN, ACK"))
    panel.locator(".lkp-hit").nth(1).click(force=True)
    panel.get_by_text("Source Port: 8080").click()
    expect(panel.locator("mark").first).to_have_text("1f 90")

    # what is lost never arrives
    step_until(panel, forward, "is lost: dropped by Drop(data=2)")
    expect(panel.locator(".lkp-gone:visible")).to_have_count(1)

    # it plays to the end by itself
    panel.get_by_label("Speed").select_option("10")
    press()
    panel.get_by_role("button", name="Play", exact=True).click()
    expect(panel.get_by_role("button", name="Pause")).to_be_visible()
    expect(panel.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=30_000)
    expect(panel.locator(".lkp-state")).to_have_text(["TIME-WAIT", "CLOSED"])


def test_without_motion_it_plays_step_by_step(lab, page):
    page.emulate_media(reduced_motion="reduce")
    notebook_of(lab, page, "player_still.ipynb", [TALK])
    panel = player(page)
    panel.get_by_role("button", name="To the beginning").click()
    panel.get_by_role("button", name="Play", exact=True).click()
    for step in (1, 2, 3):
        clock(panel, step)
    panel.get_by_role("button", name="Pause").click()


def test_it_follows_a_capture_while_a_cell_runs(lab, page):
    """The cell ends only when a file appears, which the test writes when it has seen the frames on the page."""
    gate = lab.folder / "seen"
    cells = [
        "from labkit import Network\nfrom labkit.panels import ladder_player\n"
        'net = Network("client", "server", delay_ms=10)\nclient, server = net.hosts\ntrace = net.capture()',
        "ladder_player(trace)",
        f"""
from pathlib import Path
listener = server.socket()
listener.bind((server.address, 8080))
listener.listen()
caller = client.socket()
caller.connect((server.address, 8080))
conn, _ = listener.accept()
while not Path({str(gate)!r}).exists():
    caller.sendall(b"ping")
    conn.recv(100)
    trace.wait_until_quiet()
caller.close()
conn.close()
trace.stop()""",
    ]
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells], metadata=METADATA)
    nbformat.write(notebook, lab.folder / "player_live.ipynb")
    page.goto(lab.address("player_live.ipynb"))
    opened(page, "player_live.ipynb")
    menu(page, "Run", "Run All Cells")
    panel = player(page)
    expect(panel.locator(".lkp-frame").nth(9)).to_be_attached()
    expect(panel.get_by_role("button", name="Follow the capture")).to_have_attribute("aria-pressed", "true")
    # who steps back stays there while more comes
    panel.get_by_role("button", name="To the beginning").click()
    expect(panel.get_by_role("button", name="Follow the capture")).to_have_attribute("aria-pressed", "false")
    count = panel.locator(".lkp-frame").count()
    expect(panel.locator(".lkp-frame").nth(count + 4)).to_be_attached()
    expect(panel.locator(".lkp-said")).to_have_text("Before the first step.")
    panel.get_by_role("button", name="Follow the capture").click()
    expect(panel.locator(".lkp-state")).to_have_text(["ESTABLISHED", "ESTABLISHED"])
    gate.touch()
    expect(panel.get_by_role("button", name="Follow the capture")).to_be_hidden()
    expect(panel.locator(".lkp-state").first).to_have_text(re.compile("TIME-WAIT|FIN-WAIT-2"))
    assert failures(ran(page, lab.folder / "player_live.ipynb")) == []


BULK = """
from labkit import Network
from labkit.panels import ladder_player

with Network("client", "server", delay_ms=10, rate_mbit=10) as net, net.capture() as trace:
    server = net.server.start(lambda conn: [None for _ in iter(lambda: conn.recv(4000), b"")], port=8080)
    caller = net.client.socket()
    caller.connect((net.server.address, 8080))
    caller.sendall(bytes(240_000))
    caller.close()
assert 250 < len(trace.frames) < 400, len(trace.frames)
ladder_player(trace)
"""


def test_from_a_key_press_to_the_picture(lab, page, record_property):
    """300 segments; the figure is told at the end, a busy machine decides too much of it for an assertion."""
    notebook_of(lab, page, "player_bulk.ipynb", [BULK])
    panel = player(page)
    slider = panel.get_by_role("slider", name="Time")
    slider.focus()
    page.keyboard.press("Home")
    times = key_to_picture(slider)
    clock(panel, 200)
    median, p95 = percentile(times, 0.5), percentile(times, 0.95)
    record_property(
        "told", f"from a key press to the picture, 300 segments: median {median:.0f} ms, p95 {p95:.0f} ms"
    )
