"""A notebook of somebody else's, in a folder of its own, with ladders, panels and a plot: plain `pytest --nbval`
compares it strictly, sees what changes in it, and gives it the same facts at each run.

It is run a third time where LABKIT_ALL_EDITIONS is set (every night): by its author, and then strictly once or twice.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools.texts import ROOT

CELLS = """
from labkit import *
from labkit.panels import ladder_player, link_panel, socket_panel, state_machine
import contextlib, socket

net = Network("alice", "bob", delay_ms=5)
alice, bob = net.hosts
for host in net.hosts:              # what a busy machine is late with is not sent again (Linux 6.11)
    with contextlib.suppress(FileNotFoundError):
        host.sysctl("net.ipv4.tcp_rto_min_us", 20_000_000)
net
---
def shout(conn):
    while data := conn.recv(100):   # each word has an ACK of its own, however late the answer is
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        print("got", data)
        conn.sendall(data.upper())

service = bob.start(shout, port=7000)
service
---
sock = alice.socket()
with net.capture() as trace:
    sock.connect(("bob", 7000))
    for word in (b"one", b"two"):
        sock.sendall(word)
        print(sock.recv(100))
with net.capture():                 # the goodbye: on a busy machine bob's ACK and his FIN may come one by one
    sock.close()
    service.wait_for(served=1)
trace
---
ladder(trace)
---
bob.sockets()
---
ladder_player(trace)
---
link_panel(net)
---
socket_panel(bob)
---
state_machine(trace)
---
time_sequence(trace)
---
trace.flows(), trace.handshake(), trace.retransmitted(), trace.bytes(wire=True)
---
predict("how-many", "How many segments?", ["9", "11", "13"])
---
reveal("how-many", len(trace.segments))
---
progress()
---
net.scapy_socket("alice")
---
def fetch(n):
    with alice.socket() as sock:
        sock.connect(("bob", 7000))
        sock.sendall(b"x" * n)
        return len(sock.recv(100))

fetching = alice.background(fetch, 3)   # not shown: it may have returned by then, or not
---
here = bob.socket(type=socket.SOCK_DGRAM)
here.bind((bob.address, 9))
there = alice.socket(type=socket.SOCK_DGRAM)
with net.capture() as calm:
    there.sendto(b"hello", ("bob", 9))
    print(here.recvfrom(100))
calm
---
ladder(calm)
---
net.close()
net, service
"""


MARKUP = 'from IPython.display import HTML, SVG\nHTML("<b>1</b>")'
DRAWING = "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><title>1</title></svg>')"


def _written(folder, *sources):
    """A notebook of these cells in the folder, executed as its author would do it."""
    path = folder / "own.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    program = """if True:
        import pathlib, sys, nbformat
        from tools.notebooks import execute
        path = pathlib.Path(sys.argv[1])
        notebook = nbformat.read(path, as_version=4)
        execute(notebook, path.parent)
        nbformat.write(notebook, path)
    """
    subprocess.run([sys.executable, "-c", program, path], cwd=ROOT, timeout=600, check=True)


def _nbval(folder):
    """The numbers of the cells that failed, and what pytest said."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval", "-q", "-rf", "own.ipynb"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    failed = [
        int(number) for number in re.findall(r"^FAILED own\.ipynb::Cell (\d+)", ran.stdout, re.MULTILINE)
    ]
    assert re.search(r"\d+ passed", ran.stdout), ran.stdout + ran.stderr
    return failed, ran.stdout


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder with the notebook, executed once, as its author left it."""
    folder = tmp_path_factory.mktemp("own")
    _written(folder, *map(str.strip, CELLS.split("---\n")), MARKUP, DRAWING)
    return folder


def test_it_passes_strictly_run_after_run(own):
    for _ in range(2 if os.environ.get("LABKIT_ALL_EDITIONS") else 1):
        failed, said = _nbval(own)
        assert failed == [], said


def test_a_task_of_an_earlier_cell_has_come_to_rest_before_the_next_begins(own):
    notebook = nbformat.read(own / "own.ipynb", as_version=4)
    [calm] = [cell for cell in notebook.cells if "as calm" in cell.source]
    assert calm.outputs[-1].data["text/plain"] == 'alice > bob  UDP 40002 > 9  "hello"'


def test_what_changes_is_seen_but_for_the_times_in_a_picture(own, tmp_path):
    folder = shutil.copytree(own, tmp_path / "own")
    edition = json.loads((folder / "own.ipynb").read_text())
    numbers = {}

    def change(source, kind, old, new):
        [(number, cell)] = [(n, c) for n, c in enumerate(edition["cells"]) if "".join(c["source"]) == source]
        data = cell["outputs"][-1]["data"]
        text = "".join(data[kind])
        assert old in text
        data[kind] = text.replace(old, new)
        numbers[source] = number

    change("ladder(trace)", "text/html", "<svg", "<svg data-other-times=''")
    change("ladder_player(trace)", "text/plain", "SYN", "RST")
    change("bob.sockets()", "text/html", "LISTEN", "CLOSED")
    change("link_panel(net)", "text/html", "<svg", "<svg data-other=''")
    change(
        edition["cells"][-2]["source"][-1] and "".join(edition["cells"][-2]["source"]), "text/html", "1", "2"
    )
    change("".join(edition["cells"][-1]["source"]), "image/svg+xml", "<title>1", "<title>2")
    (folder / "own.ipynb").write_text(json.dumps(edition))
    failed, said = _nbval(folder)
    html = len(edition["cells"]) - 2
    seen = [numbers[name] for name in ("ladder_player(trace)", "bob.sockets()", "link_panel(net)")] + [html]
    assert failed == sorted(seen), said


def test_a_notebook_without_labkit_is_nbvals_own(tmp_path):
    _written(tmp_path, MARKUP, DRAWING)
    text = (tmp_path / "own.ipynb").read_text()
    assert text.count("<title>1") == 2, "in the source and in the output"
    before, _, after = text.rpartition("<title>1")
    (tmp_path / "own.ipynb").write_text(f"{before}<title>2{after}")
    failed, said = _nbval(tmp_path)
    assert failed == [1], said
