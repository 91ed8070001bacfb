"""In a kernel that nbgrader runs, what is written to standard error by whatever is left running is told, and costs no
points: nbgrader gives none to a cell with an output of that name."""

from __future__ import annotations

from pathlib import Path

from labkit.course.nbval import kernel
from labkit.notebook.graded import GRADING

SECONDS = 60  # for one cell on a busy machine

BEFORE = "import logging, os, subprocess, sys, threading; raw = sys.stderr; logging.basicConfig()"
# What an earlier cell leaves behind, each with words of its own: it writes while the cell after it runs.
LEFT = """
go, done = threading.Event(), threading.Event()
def late():
    go.wait()
    raw.write("a stream from before\\n")
    logging.error("a logger from before")
    print("a thread", file=sys.stderr)
    os.write(2, b"a descriptor\\n")
    subprocess.run(["sh", "-c", "echo a process >&2"])
    done.set()
threading.Thread(target=late).start()
"""
# Descriptors are read by a thread of the kernel's: the cell goes on until that has told, and not until it is about to.
GRADED = """
told, publish = [], raw.write
def write(text):
    written = publish(text)
    told.append(text)
    return written
raw.write = write
go.set()
done.wait()
for _ in range(3000):
    if "a process" in "".join(told):
        break
    threading.Event().wait(0.01)
del raw.write
"""


def outputs(cells: list[str], **environment: str) -> list[tuple[str, str]]:
    """(stream, text) of all that was put out while the last of these cells ran."""
    # With pytest's variable, ipykernel would not watch the descriptors.
    around = {key: value for key, value in kernel.surroundings().items() if not key.startswith("PYTEST_")}
    found: list[tuple[str, str]] = []

    with kernel.folder_for_sockets() as folder:
        manager = kernel.manager(Path(folder), awaited=False)
        manager.start_kernel(env=around | environment, cwd=str(Path(__file__).parents[3]))
        client = manager.client()
        try:
            client.start_channels()
            client.wait_for_ready(timeout=SECONDS)
            for cell in cells:
                found.clear()
                asked = client.execute(cell, allow_stdin=False)
                # What a thread writes goes to the cell that began it, or to the one that runs: both are heard.
                while not _over(message := client.get_iopub_msg(timeout=SECONDS), asked):
                    if message["msg_type"] == "stream":
                        found.append((message["content"]["name"], message["content"]["text"]))
                reply = client.get_shell_msg(timeout=SECONDS)
                assert reply["content"]["status"] == "ok", reply["content"].get("traceback")
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return found


def _over(message: dict, asked: str) -> bool:
    return (
        message["parent_header"].get("msg_id") == asked
        and message["content"].get("execution_state") == "idle"
    )


WRITERS = ("a stream from before", "a logger from before", "a thread", "a descriptor", "a process")


def test_nothing_goes_to_standard_error_where_it_costs_points():
    said = outputs([BEFORE, "import labkit", LEFT, GRADED], **{GRADING: "autograde"})
    assert {stream for stream, _ in said} == {"stdout"}
    told = "".join(text for _, text in said)
    assert [words for words in WRITERS if words not in told] == []


def test_elsewhere_standard_error_is_what_it_is():
    said = outputs([BEFORE, "import labkit", LEFT, GRADED])
    assert {stream for stream, _ in said} == {"stderr"}
