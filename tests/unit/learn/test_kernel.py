"""`check` in a real kernel, against code that would end, hang or starve it: a clear message, and the next cell
works."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting import wait_for

from labkit.course.nbval import kernel
from labkit.learn.kit.tale import SECONDS as SECONDS_OF_A_CALL

SECONDS = 120  # for one cell on a busy machine; what a check takes of a processor is held to LIMIT_S
LIMIT_S = 12
ALIVE_S = 0.5  # how often it is asked whether the kernel is alive, while it says nothing
DIED = "the kernel died"
MEMORY_MB = 100  # that a check may leave behind: what its threads and messages needed

FACTS = """
import gc, os, threading, time
gc.collect()
rss = int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
names = sorted(t.name for t in threading.enumerate() if "check" in t.name or "Thread-" in t.name)
print(rss, time.process_time(), names)
"""

# On a busy machine, time may be over before memory is.
LATE = "was still not done after 2 s"
FEW = ("started more than 100 threads and was stopped", LATE)
MOST = 300  # threads, whatever is over first: each notes in `begun` that it runs, those that just begin are not counted
ENOUGH = ("took more than 500 MB of memory and was stopped", LATE)

# name: (the learner's code, words of what is told, one of several)
HARM = {
    "an endless loop": ("while True: pass", LATE),
    "a loop that catches everything": (
        """
        while True:
            try:
                time.sleep(0.05)
            except:
                pass
        """,
        LATE,
    ),
    "a finally that goes on": (
        """
        while True:
            try:
                len([])
            finally:
                continue
        """,
        LATE,
    ),
    "a blocked recv": (
        """
        a, b = socket.socketpair()
        with a, b:
            return a.recv(1)
        """,
        "`return a.recv(1)`",
    ),
    "a recv that catches everything": (
        """
        a, b = socket.socketpair()
        while True:
            try:
                a.recv(1)
            except:
                pass
        """,
        LATE,
    ),
    "a long sleep": ("time.sleep(3600)", LATE),
    "an event that never comes": ("threading.Event().wait()", LATE),
    "a queue that stays empty": ("queue.Queue().get()", LATE),
    "a lock taken twice": (
        """
        lock = threading.Lock()
        with lock:
            with lock:
                return 1
        """,
        LATE,
    ),
    "sys.exit": ("sys.exit(1)", "ended the program (SystemExit)"),
    "exit": ("exit()", "ended the program (SystemExit)"),
    "quit": ("quit()", "ended the program (SystemExit)"),
    "raise SystemExit": ("raise SystemExit", "ended the program (SystemExit)"),
    "raise KeyboardInterrupt": ("raise KeyboardInterrupt", "raised KeyboardInterrupt"),
    "os._exit": ("os._exit(1)", "called os._exit(1), which ends the notebook's kernel"),
    "os._exit under a handler": (
        """
        try:
            os._exit(1)
        except Exception:
            return "SYN"
        """,
        "called os._exit(1)",
    ),
    "a signal to itself": ("os.kill(os.getpid(), 9)", "is a signal to the notebook's kernel"),
    "closing standard output": ("os.close(1)", "closes a standard stream of the kernel"),
    "closing every descriptor": ("os.closerange(3, 1000)", "closes descriptors of the kernel"),
    "threads that start threads": (
        """
        def bomb():
            begun.append(1)
            while True:
                threading.Thread(target=bomb).start()
        bomb()
        """,
        FEW,
    ),
    "thousands of threads that spin": (
        """
        def spin():
            begun.append(1)
            while True: pass
        for _ in range(5000):
            threading.Thread(target=spin, daemon=True).start()
        """,
        FEW,  # the one that starts them has little time
    ),
    "a bomb whose fuse returns": (
        """
        refused = threading.Event()
        def bomb():
            begun.append(1)
            for _ in range(3):
                try:
                    threading.Thread(target=bomb).start()
                except RuntimeError:
                    refused.set()
                    raise
            refused.wait()
        bomb()
        return "SYN"
        """,
        FEW,
    ),
    "a gigabyte": ("return len(bytes(10**9))", "asked for more than 500 MB of memory"),
    "ten gigabytes": ('return len(b"x" * 10**10)', "asked for more than 500 MB of memory"),
    "a list that grows": (
        """
        grown = []
        while True: grown.append("x" * 10**5 + str(len(grown)))
        """,
        ENOUGH,
    ),
    "a list of large blocks": (
        """
        grown = []
        while True: grown.append(bytes(10**8))
        """,
        "500 MB of memory",
    ),
    "blocks that never are enough": (
        """
        grown = []
        while True:
            try:
                grown.append(b"x" * 10**7)
            except MemoryError:
                pass
        """,
        ENOUGH,
    ),
    "a print flood": ("while True: print('flood')", "... and "),
    "a print without end": ("while True: print('x' * 10**6, end='')", "characters more"),
    "a flood of errors": ("while True: print('flood', file=sys.stderr)", "characters more"),
    "recursion": ("return kind(segment)", "raised RecursionError"),
    "a closed socket": (
        """
        a, b = socket.socketpair()
        a.close(), b.close()
        return a.send(b"x")
        """,
        "raised OSError: [Errno 9] Bad file descriptor",
    ),
}


class Kernel:
    """A kernel of the lab's, driven as a notebook does."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.manager = kernel.manager(folder, awaited=False)
        self.manager.start_kernel(env=kernel.surroundings(), cwd=str(Path(__file__).parents[3]))
        self.process = self.manager.provisioner.process
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def check_alive(self) -> None:
        """Fail where it has died, and say how: by which signal, or with which status."""
        if not self.manager.is_alive():
            pytest.fail(f"{DIED}: status {self.process.returncode}")

    def run(self, source: str, fails: bool = False, kept: bool = False) -> str:
        """What a cell told; raises if the kernel does not answer, or the cell raised (or did not, if it *fails*).

        *kept*: in the kernel's history, as a notebook's cells are."""
        said: list[str] = []
        self.check_alive()
        asked = self.client.execute(source, store_history=kept, allow_stdin=False)
        until = time.monotonic() + SECONDS
        while True:
            message = self._answer(self.client.get_iopub_msg, asked, until)
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                said.append(content["text"])
            elif kind == "display_data":
                said.append(f"{content['data']['text/plain']}\n")
            elif kind == "status" and content["execution_state"] == "idle":
                break
        reply = self._answer(self.client.get_shell_msg, asked, until)
        assert (reply["content"]["status"] == "ok") is not fails, reply["content"].get("traceback")
        self.check_alive()
        return "".join(said)

    def _answer(self, get: Callable[..., dict], asked: str, until: float) -> dict:
        """The next message that answers what was asked.  A kernel that died says nothing more: that is told at once."""
        while time.monotonic() < until:
            try:
                message = get(timeout=ALIVE_S)
            except queue.Empty:
                self.check_alive()
                continue
            if message["parent_header"].get("msg_id") == asked:
                return message
        pytest.fail(f"the kernel lives, and gave no answer in {SECONDS} s")

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@contextlib.contextmanager
def new_kernel():
    with kernel.folder_for_sockets() as folder:
        running = Kernel(Path(folder))
        try:
            running.run(
                "import os, queue, socket, sys, threading, time\nfrom labkit import check\nbegun = []"
            )
            running.run('check("kind", lambda segment: 1)')
            yield running
        finally:
            running.close()


@pytest.fixture(scope="module")
def kernels():
    """Gives the one that all tests share; a new one where it has died, so that only one test fails for it."""
    with contextlib.ExitStack() as stack:
        made: list[Kernel] = []

        def shared() -> Kernel:
            if not (made and made[-1].manager.is_alive()):
                made.append(stack.enter_context(new_kernel()))
            return made[-1]

        yield shared


@pytest.fixture
def lab(kernels):
    return kernels()


def facts(lab: Kernel) -> tuple[str, int, float]:
    """The names of the threads of checks that are alive, the kernel's resident memory in MB, and its processor time."""
    resident, took, alive = lab.run(FACTS).strip().split(" ", 2)
    return alive, int(resident), float(took)


@pytest.mark.parametrize("name", HARM)
def test_the_learner_is_told_and_the_kernel_lives(lab, name):
    code, words = HARM[name]
    body = textwrap.indent(textwrap.dedent(code).strip("\n"), "    ")
    alive, resident, took = facts(lab)
    told = lab.run(f'begun.clear()\ndef kind(segment):\n{body}\ncheck("kind", kind)')
    assert any(word in told for word in ([words] if isinstance(words, str) else words)), told
    assert told.startswith("✗ kind") and "could not be stopped" not in told
    assert len(told) < 3500
    after, now, spent = facts(lab)
    assert after == alive
    assert spent - took < LIMIT_S
    assert int(lab.run("print(len(begun))")) <= MOST
    assert now - resident < MEMORY_MB
    assert lab.run("print('the next cell')") == "the next cell\n"


# A learner's function that waits where nothing ends it until all presses have come, and one that catches them.
WAITS = "with open({pressed!r}) as presses:\n        presses.read()"
CATCHES = "while True:\n        try: time.sleep(0.01)\n        except: pass"
PATIENCE = "from labkit.learn.kit.tale import Tale\nTale.call.__kwdefaults__['seconds'] = {seconds}"


@pytest.fixture
def patient(lab):
    """A check that is not over before the button is pressed, however busy who presses it is."""
    lab.run(PATIENCE.format(seconds=SECONDS))
    yield
    lab.run(PATIENCE.format(seconds=SECONDS_OF_A_CALL))


@pytest.mark.parametrize(("times", "goes_on"), [(1, CATCHES), (5, WAITS)])
def test_the_interrupt_button_ends_a_check(lab, patient, times, goes_on):
    alive = facts(lab)[0]
    begun, pressed = lab.folder / f"begun-{times}", lab.folder / f"pressed-{times}"
    os.mkfifo(pressed)

    def press() -> None:
        # Only when the learner's code runs: it says so with a file.
        wait_for(begun.exists, SECONDS)
        for _ in range(times):
            os.killpg(os.getpgid(lab.manager.provisioner.process.pid), signal.SIGINT)
        if goes_on == WAITS:
            pressed.write_text("all of them")

    presser = threading.Thread(target=press)
    presser.start()
    told = lab.run(
        "def kind(segment):\n"
        f"    open({str(begun)!r}, 'w').close()\n"
        f"    {goes_on.format(pressed=str(pressed))}\n"
        'check("kind", kind)'
    )
    presser.join(SECONDS)
    assert "Interrupted." in told, told
    assert facts(lab)[0] == alive
    assert lab.run('check("kind", lambda segment: 1)').startswith("✗ kind")


OLD = "def kind(segment):\n    return 'old'"
CHECK = 'check("kind", kind)'


@pytest.mark.parametrize(
    "newer",
    ["def kind(segment)\n    return 'new'", "1 / 0\ndef kind(segment):\n    return 'new'"],
    ids=["Python cannot read it", "it stops before"],
)
def test_a_function_older_than_the_cell_that_failed_last_is_recognised(lab, newer):
    lab.run(OLD, kept=True)
    assert "stopped with an error" not in lab.run(CHECK, kept=True)
    lab.run(newer, kept=True, fails=True)
    told = lab.run(CHECK, kept=True)
    assert "which was to define kind anew, stopped with an error: this was still kind of cell [" in told
    assert told.startswith("✗ kind") and "Mend that cell and run it, then this one." in told

    lab.run("this is no Python", kept=True, fails=True)  # nothing of kind's
    lab.run(newer.replace("(segment)\n", "(segment):\n").replace("1 / 0", "1 / 1"), kept=True)
    assert "stopped with an error" not in lab.run(CHECK, kept=True)


def test_a_class_older_than_the_cell_that_failed_last_is_recognised(lab):
    old = "class Messages:\n    def feed(self, data):\n        return []"
    lab.run(old, kept=True)
    lab.run("class Messages:\n    def feed(self, data) return []", kept=True, fails=True)
    told = lab.run('check("typed-decoder", Messages)', kept=True)
    assert "this was still Messages of cell [" in told
    lab.run(old, kept=True)
    assert "this was still" not in lab.run('check("typed-decoder", Messages)', kept=True)


def test_what_never_ran_is_told_how(lab):
    lab.run("def kind(segment):\n    ...", kept=True)
    lab.run("def kind(segment) return 1", kept=True, fails=True)
    told = lab.run(CHECK, kept=True)
    assert told.startswith("○ kind") and "this was still kind of cell [" in told
    assert "run that cell, then this one" in told and 'Stuck? hint("kind")' in told


def test_after_all_that_everything_is_as_before(lab):
    said = lab.run(
        "import resource\nfrom labkit.running import bounds as guard\n"
        "print(guard.active(), threading.Thread.start.__module__, type(time.sleep).__name__)\n"
        "print(resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY, sys.getswitchinterval())\n"
        "print(type(os._exit).__name__, len(bytes(10**9)))"
    )
    assert said == (
        "None threading builtin_function_or_method\nTrue 0.005\nbuiltin_function_or_method 1000000000\n"
    )


def test_a_kernel_that_dies_is_told_of_and_not_waited_for_and_the_next_test_has_another(kernels):
    lab = kernels()
    for code in ("os.kill(os.getpid(), 9)", "1"):
        with pytest.raises(pytest.fail.Exception, match=f"{DIED}: status -9"):
            lab.run(code)
    another = kernels()
    assert another is not lab and another.run("print(1)") == "1\n" and kernels() is another
