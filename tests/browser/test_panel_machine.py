"""The state machine's panel in JupyterLab: by mouse, by keyboard alone, and seen to change."""

from __future__ import annotations

import re

import pytest
from browser.driving import CHROMIUM, in_both_looks, notebook_of
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

TALK = """
import socket
from labkit import Network
from labkit.panels import state_machine

net = Network("client", "server", delay_ms=10)
client, server = net.hosts
with net.capture() as trace:
    listener = server.socket()
    listener.bind((server.address, 8080))
    listener.listen()
    caller = client.socket()
    caller.connect((server.address, 8080))
    conn, _ = listener.accept()
    caller.close()
    conn.recv(10)
    trace.wait_for(lambda: not trace.unacknowledged())
    conn.close()
    late = client.socket()
    try:
        late.connect((server.address, 81))
    except ConnectionRefusedError:
        pass
state_machine(trace)
"""
WALK = "from labkit.panels import state_machine\nstate_machine()"


def panel(lab, page: Page, source: str) -> Locator:
    notebook_of(lab, page, "machine.ipynb", [source])
    found = page.locator(".lkp-machine")
    found.wait_for()
    return found


def lit(found: Locator) -> list[str]:
    """The boxes in which an end stands."""
    return found.locator(".state.lit").evaluate_all("boxes => boxes.map(box => box.dataset.box)")


def taken(found: Locator, end: int) -> list[str]:
    """The arrows that an end has taken."""
    return found.locator(f".way.on{end}").evaluate_all("ways => ways.map(way => way.dataset.way)")


@in_both_looks
def test_step_through_a_connection_by_keyboard(lab, page, accessible):
    found = panel(lab, page, TALK)
    said = found.locator(".lkp-said")
    expect(said).to_contain_text("Before the first of 11 steps.")
    slider = found.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("1 of 11. server: listen(), CLOSED → LISTEN")
    assert lit(found) == ["CLOSED", "LISTEN"]
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("5 of 11. server: the ACK of its SYN arrives, SYN-RECEIVED → ESTABLISHED")
    expect(found.locator('[data-box="ESTABLISHED"]')).to_have_class(re.compile("both"))
    assert taken(found, 0) == ["CLOSED>SYN-SENT", "SYN-SENT>ESTABLISHED"]
    assert found.locator('[data-way="SYN-RECEIVED>ESTABLISHED"].now1').count() == 1
    assert slider.get_attribute("aria-valuetext").startswith("5 of 11. server")
    page.keyboard.press("End")
    assert lit(found) == ["TIME-WAIT", "CLOSED after"]
    assert "CLOSING" not in "".join(taken(found, 0) + taken(found, 1))
    page.keyboard.press("Home")
    assert taken(found, 0) == taken(found, 1) == []
    accessible(page, ".lkp-machine")


def test_by_mouse_and_the_other_connection(lab, page):
    found = panel(lab, page, TALK)
    found.get_by_role("button", name="Next").click()
    found.get_by_role("button", name="Next").click()
    expect(found.locator(".lkp-said")).to_contain_text("2 of 11. client: connect(), CLOSED → SYN-SENT")
    found.get_by_role("button", name="Back").click()
    expect(found.locator(".lkp-said")).to_contain_text("1 of 11.")
    found.locator(".lkp-steps li").filter(has_text="FIN-WAIT-1 → FIN-WAIT-2").click()
    expect(found.locator(".lkp-steps [aria-current=step]")).to_contain_text("FIN-WAIT-1 → FIN-WAIT-2")
    found.get_by_role("combobox").select_option("1")
    found.locator(".lkp-steps li").last.click()
    expect(found.locator(".lkp-said")).to_contain_text("3 of 3. client: RST arrives, SYN-SENT → CLOSED")
    exit_way = found.locator('[data-way="SYN-SENT>exit:rcv RST"]')
    expect(exit_way.locator(".t0 path")).to_be_visible()
    expect(found.locator(".legend.e0")).to_contain_text("10.0.0.1:40001")


def test_play_goes_to_the_end_by_itself(lab, page):
    found = panel(lab, page, TALK)
    slider = found.get_by_role("slider")
    slider.focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    found.get_by_role("button", name="Play").press("Enter")
    expect(found.get_by_role("button", name="Pause")).to_be_visible()
    expect(found.locator(".lkp-said")).to_contain_text("11 of 11.", timeout=10_000)
    expect(found.get_by_role("button", name="Play")).to_be_visible()
    expect(found.get_by_role("button", name="Next")).to_be_disabled()


def test_states_tell_what_they_mean_on_focus_as_on_hover(lab, page):
    found = panel(lab, page, TALK)
    card = found.locator(".lkp-card")
    found.locator('[data-box="LAST-ACK"]').hover()
    expect(card).to_contain_text("waits for the last acknowledgement")
    found.locator('[data-box="CLOSED"]').focus()
    page.keyboard.press("ArrowDown")
    expect(card).to_contain_text("LISTEN RFC 9293 section 3.10.7.2")
    page.keyboard.press("ArrowDown")
    expect(card).to_contain_text("ESTABLISHED RFC 9293")
    page.keyboard.press("ArrowRight")
    expect(found.locator('[data-box="SYN-SENT"], [data-box="CLOSE-WAIT"]').locator(":focus")).to_have_count(0)
    assert page.evaluate("document.activeElement.dataset.box") in ("SYN-SENT", "CLOSE-WAIT")


@in_both_looks
def test_walk_through_the_bare_diagram_by_keyboard(lab, page, accessible):
    found = panel(lab, page, WALK)
    card = found.locator(".lkp-card")
    card.get_by_role("button", name="active OPEN").focus()
    page.keyboard.press("Enter")
    expect(found.locator(".lkp-said")).to_contain_text("SYN-SENT.")
    assert page.evaluate("document.activeElement.textContent").startswith("CLOSE / delete TCB")
    card.get_by_role("button", name="rcv SYN,ACK / snd ACK").press("Enter")
    assert lit(found) == ["ESTABLISHED"]
    assert taken(found, 0) == ["CLOSED>SYN-SENT", "SYN-SENT>ESTABLISHED"]
    found.locator('[data-box="CLOSE-WAIT"]').focus()  # on the boxes themselves, too
    page.keyboard.press("Enter")
    expect(found.locator(".lkp-said")).to_contain_text("CLOSE-WAIT.")
    found.get_by_role("button", name="Back").press("Enter")
    assert lit(found) == ["ESTABLISHED"]
    found.get_by_role("button", name="Start again").press("Enter")
    assert lit(found) == ["CLOSED"]
    accessible(page, ".lkp-machine")


def test_a_key_press_changes_the_picture_at_once(lab, page):
    found = panel(lab, page, TALK)
    found.get_by_role("slider").focus()
    took = found.evaluate(
        """async root => {
             const slider = root.querySelector("input"), times = [];
             for (let at = 1; at <= 11; at += 1) {
               const begun = performance.now();
               slider.value = at;
               slider.dispatchEvent(new Event("input"));
               await new Promise(requestAnimationFrame);
               times.push(performance.now() - begun);
             }
             return times.sort((a, b) => a - b);
           }"""
    )
    assert took[5] < 100, took
