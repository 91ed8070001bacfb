"""Frames of other threads are looked at without a collection, in which Python 3.11 loses them, and its life."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading

import pytest
from house import ROOT

from labkit.running import frames

# Threads whose frames come and go, garbage that lets them run whenever it is collected, and collections all the time.
BUSY = """
import gc, sys, threading, time
from labkit.running import frames

class Garbage:
    def __init__(self):
        self.itself = self
    def __del__(self):
        time.sleep(0.00001)

def deep(n):
    return deep(n - 1) if n else [n]

def brief():
    while not over.is_set():
        thread = threading.Thread(target=deep, args=(40,))
        thread.start()
        thread.join()

over = threading.Event()
thread = threading.Thread(target=brief)
thread.start()
sys.setswitchinterval(1e-5)
gc.set_threshold(5)
for _ in range(3000):
    Garbage()
    for frame in frames.now().values():
        for one in frames.stack(frame):
            frames.names_in(one)
over.set()
thread.join()
"""


def test_looking_at_what_threads_do_does_not_end_the_interpreter():
    done = subprocess.run(
        [sys.executable, "-c", BUSY], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_thread_has_its_callers_innermost_first_and_their_names():
    inner, over = threading.Event(), threading.Event()

    def waits(word):
        inner.set()
        over.wait(10)

    def calls():
        waits("this")

    thread = threading.Thread(target=calls)
    thread.start()
    try:
        assert inner.wait(10)
        stack = frames.stack_of(thread.ident)
        ours = [frame for frame in stack if frame.f_code.co_filename == __file__]
        assert [frame.f_code.co_name for frame in ours] == ["waits", "calls"]
        assert frames.names_in(ours[0])["word"] == "this"
        assert thread.ident in frames.now()
    finally:
        over.set()
        thread.join()
    assert frames.stack_of(thread.ident) == [] and frames.stack_of(None) == []


@pytest.mark.parametrize("collects", [True, False])
def test_collecting_is_afterwards_as_it_was(collects):
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        with frames.looking(), frames.looking():
            assert not gc.isenabled()
        assert gc.isenabled() is collects
    finally:
        (gc.enable if before else gc.disable)()
