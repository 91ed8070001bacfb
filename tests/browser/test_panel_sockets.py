"""The socket table's panel in JupyterLab: live while cells run, by mouse, by keyboard alone, and seen to change."""

from __future__ import annotations

import re

import pytest
from browser.driving import (
    CHROMIUM,
    PANEL,
    add_cell,
    code_cell,
    in_both_looks,
    menu,
    notebook_of,
    run,
    start,
)
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

MAKE = """
import threading
from labkit import Network
from labkit.panels import socket_panel

net = Network("client", "server", delay_ms=10)
client, server = net.hosts
panel = socket_panel(net)
panel
"""
CELLS = {
    "listen": "listener = server.socket(); listener.bind((server.address, 8080)); listener.listen()",
    "connect": "caller = client.socket(); caller.connect((server.address, 8080)); conn, _ = listener.accept()",
    "hello": "caller.sendall(b'hello'); conn.recv(10)",
    "wait": "caller.recv(10)",
    "server closes": "conn.close()",
    "client closes": "caller.close()",
    "end": "net.close()",
    "threads": "sum(thread.name == 'labkit-socket-panel' for thread in threading.enumerate())",
}


@pytest.fixture
def table(lab, page) -> Locator:
    """The panel of a network without sockets."""
    notebook_of(lab, page, "sockets.ipynb", [MAKE])
    found = page.locator(".lkp-sockets")
    found.wait_for()
    return found


def below(page: Page, name: str) -> Locator:
    """One of CELLS, added at the notebook's end."""
    return add_cell(page, page.locator(f"{PANEL} .jp-CodeCell").last, CELLS[name])


def does(page: Page, name: str) -> Locator:
    """Add one of CELLS, run it, and wait for its end; its output."""
    return run(page, below(page, name))


def rows(table: Locator, host: str) -> Locator:
    return table.get_by_role("region", name=host, exact=True).locator("tbody tr")


@in_both_looks
def test_sockets_come_change_and_go(table, page, accessible):
    expect(table.get_by_role("region", name="server", exact=True)).to_contain_text("no sockets")
    does(page, "listen")
    expect(rows(table, "server")).to_contain_text(["LISTEN"])
    does(page, "connect")
    expect(rows(table, "client")).to_contain_text(["ESTABLISHED"])
    expect(rows(table, "server").nth(1)).to_contain_text("10.0.0.1:40000")
    expect(table.get_by_role("log")).to_contain_text("server: new 10.0.0.2:8080, LISTEN")
    accessible(page, ".lkp-sockets")
    does(page, "server closes")
    expect(rows(table, "client")).to_contain_text(["CLOSE-WAIT"])
    expect(rows(table, "server").nth(1)).to_contain_text("FIN-WAIT-2")
    does(page, "client closes")
    expect(rows(table, "client").first).to_have_class("gone flash")
    expect(rows(table, "client").first.locator(".change")).to_have_text("closed")
    expect(rows(table, "client")).to_have_count(0)
    expect(rows(table, "server").nth(1)).to_contain_text("TIME-WAIT")
    does(page, "end")
    expect(table).to_contain_text("The network is closed")
    expect(table.get_by_role("button", name="Pause")).to_be_disabled()


def test_it_is_live_while_a_cell_waits_and_answers_after_it(table, page):
    does(page, "listen")
    does(page, "connect")
    waiting = below(page, "wait")
    start(page, waiting)
    # the kernel's main thread waits in recv(): the table goes on, and the row's button says that it is heard later
    button = rows(table, "client").get_by_role("button", name="Ladder of")
    button.focus()
    page.keyboard.press("Enter")
    ladder = table.get_by_role("region", name="Ladder", exact=True)
    expect(ladder).to_contain_text("The kernel is busy with a cell")
    expect(waiting.locator(".jp-InputPrompt")).to_have_text("[*]:")
    menu(page, "Kernel")
    page.get_by_role("menuitem", name=re.compile("^Interrupt Kernel")).click()
    expect(waiting.locator(".jp-InputPrompt")).not_to_have_text("[*]:")
    expect(ladder).to_contain_text("captures since you asked")


def test_a_row_opens_its_ladder_by_keyboard(table, page, accessible):
    does(page, "listen")
    does(page, "connect")
    button = (
        rows(table, "server").nth(1).get_by_role("button", name="Ladder of 10.0.0.2:8080 and 10.0.0.1:40000")
    )
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    ladder = table.get_by_role("region", name="Ladder", exact=True)
    expect(ladder).to_contain_text("captures since you asked")
    does(page, "hello")
    expect(ladder.locator("svg")).to_contain_text('"hello"')
    accessible(page, ".lkp-sockets")
    ladder.get_by_role("button", name="Close the ladder").press("Enter")
    expect(ladder).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_given_trace_draws_the_ladder_from_its_beginning(lab, page):
    source = MAKE.replace(
        "panel = socket_panel(net)",
        "with net.capture() as trace:\n    "
        + "\n    ".join(f"{CELLS['listen']}\n{CELLS['connect']}".splitlines())
        + "\npanel = socket_panel(net, trace)",
    )
    notebook_of(lab, page, "sockets.ipynb", [source])
    table = page.locator(".lkp-sockets")
    rows(table, "client").get_by_role("button", name="Ladder of").click()
    ladder = table.get_by_role("region", name="Ladder", exact=True)
    expect(ladder).to_contain_text("3 segments of 10.0.0.1:40000 ↔ 10.0.0.2:8080.")
    expect(ladder.locator("svg")).to_contain_text("SYN, ACK")


def test_pause_keeps_the_picture(table, page):
    does(page, "listen")
    expect(rows(table, "server")).to_contain_text(["LISTEN"])
    table.get_by_role("button", name="Pause").press("Enter")
    expect(table).to_contain_text("paused")
    does(page, "connect")
    expect(rows(table, "client")).to_have_count(0)
    table.get_by_role("button", name="Pause").press("Enter")
    expect(rows(table, "server")).to_contain_text(["LISTEN", "ESTABLISHED"])
    expect(rows(table, "client").locator(".change")).to_have_text("new")


def test_with_reduced_motion_a_mark_stays_and_nothing_moves(table, page):
    page.emulate_media(reduced_motion="reduce")
    does(page, "listen")
    row = rows(table, "server").first
    expect(row.locator(".change")).to_have_text("new")
    assert row.evaluate("row => getComputedStyle(row).animationName") == "none"
    expect(row.locator(".change")).to_have_text("")


def test_the_cell_run_again_ends_the_earlier_panel(table, page):
    does(page, "listen")
    run(page, code_cell(page, "from labkit.panels import socket_panel"))
    expect(page.locator(".lkp-sockets")).to_have_count(1)
    expect(does(page, "threads")).to_contain_text("1")
