"""A terminal in JupyterLab is on a host of the network that a notebook beside it has made."""

from __future__ import annotations

import sys
import time

import pytest
from browser.driving import CHROMIUM, START, menu, notebook_of

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

# ICMP by an ordinary socket (icmp(7)), for machines without ping.
PING = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as s:
    s.settimeout(20)
    s.sendto(bytes([8, 0, 0, 0, 0, 0, 0, 1]) + b"ping", ("server", 0))
    data, (address, _) = s.recvfrom(100)
    print("answered", data[8:], address)
"""


def test_a_terminal_pings_the_notebooks_host(lab, page):
    network = "from labkit import Network\nnet = Network('client', 'server', name='browser')"
    notebook_of(lab, page, "terminal.ipynb", [network])
    (lab.folder / "ping.py").write_text(PING)
    said = lab.folder / "said"
    menu(page, "File", "New", "Terminal")
    page.locator(".jp-Terminal .xterm-helper-textarea").wait_for(state="attached")
    page.locator(".jp-Terminal .xterm-screen").click()
    ping = f"labkit on client@browser -- {sys.executable} {lab.folder}/ping.py"
    # What a terminal shows is drawn on a canvas: what is said goes into a file, and takes its name when it is whole.
    page.keyboard.type(f"(labkit hosts; {ping}) > {said}.part 2>&1; mv {said}.part {said}\n")
    deadline = time.monotonic() + START
    while not said.exists():
        assert time.monotonic() < deadline, "the terminal has said nothing"
        page.wait_for_timeout(50)
    *_, row, answer = said.read_text().splitlines()  # in this network of the tests' own no other runs
    assert answer == "answered b'ping' 10.0.0.2"
    assert row == "browser  client 10.0.0.1, server 10.0.0.2  terminal.ipynb, cell [1]"
