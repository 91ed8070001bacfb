"""What is right if nothing happens is judged where the machine did not stand still; what is wrong is wrong anyway."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.learn.kit.tale import LOOKS, Tale

TESTS = Path(__file__).parents[2]
PATHS = {"PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])}
TOLD_AT_ONCE = """
import os
from exercises import answers, judged
from labkit.learn.finding import find

wrong, words = answers("options", "read-within").WRONG["a timeout of each call"]

def answer(sock, n, seconds):
    if n == 100:  # of which only a few come
        os.write(1, b"now\\n")
    return wrong(sock, n, seconds)

verdict = judged(find("read-within"), answer)
print(verdict.status, words in verdict.wrong)
"""


class Stood:
    """A pulse: of a machine that stood still for so many seconds in the first look, in the second, and so on."""

    def __init__(self, *stills):
        self.stills = list(stills)

    def still(self, since):
        return self.stills.pop(0)


@pytest.mark.parametrize(
    ("stills", "sees", "found"),
    [
        ([0.0], [None], None),
        ([0.05], [None], None),
        ([0.4, 0.0], [None, None], None),
        ([0.4, 0.3], [None, None, "it"], "it"),
        ([], ["it"], "it"),
        ([0.4] * LOOKS, [None] * LOOKS, None),
    ],
    ids=["calm", "calm enough", "once", "twice, and there it is", "there it is at once", "always"],
)
def test_who_sees_nothing_while_the_machine_stands_still_looks_again(stills, sees, found):
    tale = Tale(Stood(*stills))
    assert tale.calmly(lambda: sees.pop(0), 0.1) == found
    assert not sees and not tale.pulse.stills


def test_a_look_tells_what_a_wait_came_to():
    tale = Tale(Stood(0.4, 0.0))
    assert tale.calmly(lambda: tale.wait(lambda: 7), 0.1) == 7
    assert tale.calmly(lambda: tale.wait(lambda: 0, 0.01), 0.1) == 0
    assert not tale.pulse.stills


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stops a process by a signal")
def test_a_stand_still_gets_no_wrong_answer_through():
    """Nobody sends while the process stands still, so that a timeout for each call is over, too."""
    program = [sys.executable, "-c", TOLD_AT_ONCE]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=os.environ | PATHS) as child:
        assert child.stdout.readline() == "now\n"
        select.select([], [], [], 0.15)
        child.send_signal(signal.SIGSTOP)
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        select.select([], [], [], 0.6)
        child.send_signal(signal.SIGCONT)
        said, _ = child.communicate()
    assert said.split("\n")[-2] == "not yet True"
