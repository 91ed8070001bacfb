"""The live plot in JupyterLab: it follows while a cell runs, stands on the page in both themes, and ends."""

from __future__ import annotations

import pytest
from browser.driving import CHROMIUM, PANEL, add_cell, in_both_looks, notebook_of, run
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

MAKE = """\
import threading
from labkit import Network
from labkit.lessons.running.dashboard import dashboard
from labkit.lessons.running.people import Person, leave
from labkit.lessons.running.serving import start, stop
from labkit.servers import monitored

net = Network("ada", "server")
service = monitored.Server()
start(net.server, service)
dashboard(net, service.statistics)
"""
ASK = """\
person = Person(net.ada)
for _ in range(20):
    person.says("WAIT 100"), person.hears()
leave(person)
"""
END = "stop(net.server); net.close()"
THREADS = "sum(thread.name == 'labkit-live-plot' for thread in threading.enumerate())"


@in_both_looks
def test_it_follows_while_a_cell_runs_and_ends_with_the_network(lab, page, accessible):
    notebook_of(lab, page, "live.ipynb", [MAKE])
    figure = page.locator(".lkp-live")
    figure.wait_for()
    image, words = figure.locator("img"), figure.locator("pre")
    expect(words).to_contain_text("requests")
    accessible(page, ".lkp-live")
    empty = image.get_attribute("src")

    def below(source):
        return add_cell(page, page.locator(f"{PANEL} .jp-CodeCell").last, source)

    asking = below(ASK)
    run(page, asking)
    expect(words).to_contain_text("20", timeout=20_000)
    expect(image).not_to_have_attribute("src", empty)
    ending = below(END)
    run(page, ending)
    expect(figure).to_contain_text("The network is closed", timeout=20_000)
    counting = below(THREADS)
    run(page, counting)
    expect(counting.locator(".jp-OutputArea-output").last).to_have_text("0")
