"""What happens to a notebook under way: restarted, interrupted, left and come back to, its server stopped."""

from __future__ import annotations

import os
import pty
import signal
import time
from collections.abc import Iterator

import pytest
from browser.driving import (
    CHROMIUM,
    PANEL,
    START,
    Lab,
    add_cell,
    busy,
    code_cell,
    failures,
    menu,
    notebook_of,
    open_notebook,
    press,
    ran,
    run,
    run_until,
    saved,
    shown,
    start,
)
from browser.leftovers import gone, networks, processes
from playwright.sync_api import expect

from labkit.learn.catalogue import stem

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

LESSON = f"{stem('sockets')}.ipynb"
WAITING = (
    "from labkit import Network\nnet = Network('client', 'server', delay_ms=10)\nclient, server = net.hosts",
    "listener = server.socket()\nlistener.bind(('server', 8080))\nlistener.listen()\n"
    "caller = client.socket()\ncaller.connect(('server', 8080))\nconn, peer = listener.accept()",
)


def restart(page, way: str) -> None:
    """Start the kernel anew, by a command of the menu that asks whether it is meant."""
    menu(page, "Kernel", way)
    page.get_by_role("dialog").get_by_role("button", name="Confirm Kernel Restart").click()


@pytest.mark.parametrize("way", ["Restart Kernel and Run All Cells…", "Restart Kernel…"])
def test_a_restart_in_the_middle_leaves_nothing_and_the_lesson_runs(lab, page, way):
    open_notebook(lab, page, LESSON)
    at_rest = networks(lab)
    run_until(page, code_cell(page, "socket_map(net)"))
    before = {process for process in processes(lab) if process.network not in at_rest}
    assert before, "half a lesson has hosts"

    restart(page, way)
    gone(lab, before)
    if way == "Restart Kernel…":
        expect(page.locator(f"{PANEL} .jp-Notebook-ExecutionIndicator")).to_have_attribute(
            "data-status", "idle"
        )
        menu(page, "Run", "Run All Cells")
    assert failures(ran(page, lab.folder / LESSON)) == []

    lab.end_kernels(page)
    gone(lab, {process for process in processes(lab) if process.network not in at_rest})


def test_a_cell_that_waits_for_ever_is_stopped(lab, page):
    notebook_of(lab, page, "waits.ipynb", WAITING)
    waiting = add_cell(page, code_cell(page, "conn, peer"), "conn.recv(100)  # nobody sends")
    start(page, waiting)
    page.locator(f"{PANEL} [data-command='notebook:interrupt-kernel']").click()
    output = waiting.locator(".jp-OutputArea").first
    expect(output).to_contain_text("KeyboardInterrupt")
    going_on = add_cell(page, waiting, "caller.sendall(b'later')\nconn.recv(100)")
    expect(run(page, going_on)).to_contain_text("b'later'")


def test_a_notebook_is_left_while_a_cell_runs_and_come_back_to(lab, page):
    """What was shown before is there, the kernel has all that it had, forms and panels can be used again.

    What a cell prints while no page is open goes nowhere: that is JupyterLab's way, and why no lesson needs it.
    """
    asking = 'from labkit import predict\npredict("left", "Does it last?", ["yes", "no"])'
    notebook_of(lab, page, "left.ipynb", [*WAITING, asking])
    go = lab.folder / "go"
    slow = "print('begun', flush=True)\nwhile not os.path.exists('go'):\n    time.sleep(0.05)"
    slow = add_cell(page, code_cell(page, "predict"), f"import os, time\n{slow}")
    start(page, slow)
    expect(slow.locator(".jp-OutputArea").first).to_contain_text("begun")
    saved(page, lab.folder / "left.ipynb")

    again = page.context.new_page()
    page.close()
    again.goto(lab.address("left.ipynb"))
    shown(again, "left.ipynb")
    slow = code_cell(again, "begun")
    expect(slow.locator(".jp-OutputArea").first).to_contain_text("begun")
    [kernel] = lab.api(again, "kernels")
    assert kernel["execution_state"] == "busy"
    go.touch()
    form = code_cell(again, "predict").locator(".jp-OutputArea").first
    form.get_by_text("yes").click()
    press(again, form.get_by_role("button", name="Commit"))
    expect(form).to_contain_text("Your prediction: “yes”.")
    going_on = add_cell(again, slow, "caller.sendall(b'later')\nconn.recv(100)")
    expect(run(again, going_on)).to_contain_text("b'later'")


def test_a_form_that_is_pressed_while_a_cell_runs_says_why_it_waits(lab, page):
    asking = 'from labkit import predict\npredict("pressed", "Does it wait?", ["yes", "no"])'
    notebook_of(lab, page, "pressed.ipynb", [asking])
    asked = code_cell(page, "predict")
    with busy(lab, page, asked):
        form = asked.locator(".jp-OutputArea").first
        form.get_by_text("yes").click()
        press(page, form.get_by_role("button", name="Commit"))
        expect(form).to_contain_text("The kernel is busy with a cell: this acts when the cell has ended.")
    expect(form).to_contain_text("Your prediction: “yes”.")
    expect(form).not_to_contain_text("busy")


@pytest.mark.parametrize(
    ("asking", "button"),
    [
        ('from labkit import predict\npredict("gone", "Does it last?", ["yes", "no"])', "Commit"),
        ("from labkit.panels import nagle_explorer\nnagle_explorer()", "Run"),
    ],
)
def test_a_form_of_a_kernel_that_was_started_anew_says_so(lab, page, asking, button):
    notebook_of(lab, page, "anew.ipynb", [asking])
    form = code_cell(page, "from labkit").locator(".jp-OutputArea").first
    expect(form.get_by_role("button", name=button)).to_be_visible()
    restart(page, "Restart Kernel…")
    expect(page.locator(f"{PANEL} .jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle")
    press(page, form.get_by_role("button", name=button))
    expect(form).to_contain_text("The kernel was started anew since this was made")
    expect(form).not_to_contain_text("busy")


def test_nothing_outlives_a_server_that_is_stopped_with_ctrl_c(own_lab, browser):
    lab, terminal = own_lab
    page = browser.new_page()
    page.set_default_timeout(START * 1000)
    notebook_of(lab, page, "hosts.ipynb", WAITING)
    assert len(networks(lab)) > 1, "a notebook with hosts has networks of its own"
    before = processes(lab)
    os.killpg(lab.process.pid, signal.SIGINT)
    deadline = time.monotonic() + START
    while "(y/[n])" not in lab.log.read_text():  # it asks whether that was meant
        assert time.monotonic() < deadline, f"no answer to Ctrl-C:\n{lab.log.read_text()[-2000:]}"
        time.sleep(0.05)
    os.write(terminal, b"y\n")
    lab.process.wait(timeout=START)
    gone(lab, before)
    assert processes(lab) == set()
    page.close()


@pytest.fixture
def own_lab(tmp_path, network) -> Iterator[tuple[Lab, int]]:
    """A server of its own at a terminal, and the end of the terminal at which one types."""
    terminal, theirs = pty.openpty()
    lab = Lab(tmp_path, network, stdin=theirs)
    os.close(theirs)
    yield lab, terminal
    if lab.process.poll() is None:
        lab.close()
    os.close(terminal)
