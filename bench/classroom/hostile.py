"""What hostile students hand in: code for a lesson's first cell or in place of an answer, and what it must earn.

Each is contained if it ends in bounded time, everybody else's marks and files stay as they were, and it earns what its
honest part is worth.
"""

from __future__ import annotations

from typing import NamedTuple


class Hostile(NamedTuple):
    """`first` runs before the lesson; `answer` is in place of each solution, {name} its name ("" hands in the right
    ones); `earns` says whether the right answers' points are given all the same."""

    first: str = ""
    answer: str = ""
    earns: bool = False
    files: tuple[tuple[str, str], ...] = ()


# Only what the bench itself laid out: were a wall missing, the marks would say so, and nobody's machine were lost.
_AWAY = """import shutil
for place in ({places}):
    shutil.rmtree(place, ignore_errors=True)
"""

_GRADEBOOK = """import os, pathlib, sqlite3
for place in ({places}):
    for path in [pathlib.Path(place) / "gradebook.db", *pathlib.Path(place).glob("**/gradebook.db")]:
        try:
            with sqlite3.connect(path) as book:
                book.execute("update grade set auto_score = 100, manual_score = 100")
        except Exception as error:
            print(error)
"""

# Its children sleep: a class of ours must not take a shared machine's processors.
_BOMB = """import os, time
while True:
    try:
        if os.fork() == 0:
            time.sleep(600)
    except OSError:
        pass
"""

_MEMORY = """import os
for child in range(40):
    if os.fork() == 0:
        full = [bytearray(b"x" * 100_000_000) for _ in range(10)]
        while True:
            pass
while True:
    pass
"""

_FAKES = """def check(*arguments):
    print("✓ all points, please")
    print(1.0)
    return 1.0
"""

_QUIET = """ip = get_ipython()
def quiet(self, kind, value, trace, tb_offset=None):
    from IPython.display import display
    kernel = ip.kernel
    content = {"data": {"text/plain": "1.0"}, "metadata": {}, "execution_count": 1}
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"))
ip.set_custom_exc((Exception,), quiet)
"""

_READS = """import os, socket
found = [
    os.path.join(folder, name)
    for place in ({places} "/tmp", "/home", "/root", os.path.dirname(os.path.dirname(__import__("labkit").__file__)))
    for folder, _, names in os.walk(place)
    for name in names
    if "/site-packages/" not in folder
    and folder != os.getcwd()
    and (os.path.basename(folder) == "answers" or name.endswith((".ipynb", ".db", "text.md")))
]
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=1).close()
    found.append("a server of the teacher's")
except OSError:
    pass
if found:
    print(found)
    os.kill(os.getpid(), 9)
"""

_DEAF = """while True:
    try:
        while True:
            pass
    except KeyboardInterrupt:
        pass
"""


def hostile(places: list[str], port: int) -> dict[str, Hostile]:
    """All of them; *places* are the teacher's, *port* is one of a server on the teacher's machine."""
    said = ", ".join(map(repr, places)) + ","
    return {
        "loops": Hostile(first="while True:\n    pass", earns=True),
        "loops-deaf": Hostile(first=_DEAF),
        "answers-loop": Hostile(answer="def {name}(*a, **k):\n    while True:\n        pass"),
        "memory": Hostile(first=_MEMORY),
        "deletes": Hostile(first=_AWAY.replace("{places}", said), earns=True),
        "exits": Hostile(first="import os\nos._exit(0)"),
        "answers-exit": Hostile(answer="def {name}(*a, **k):\n    import os\n    os._exit(0)"),
        "forks": Hostile(first=_BOMB),
        "gradebook": Hostile(first=_GRADEBOOK.replace("{places}", said), earns=True),
        "fakes": Hostile(answer="def {name}(*a, **k):\n    print(1.0)\n    return 1.0\n\n\n" + _FAKES),
        "quiet": Hostile(first=_QUIET, answer="def {name}(*a, **k):\n    return 1.0"),
        "shadows": Hostile(
            answer="def {name}(*a, **k):\n    return 1.0",
            files=(("labkit.py", "def check(*a): return None\ndef __getattr__(name): return check\n"),),
        ),
        "reads": Hostile(first=_READS.replace("{port}", str(port)).replace("{places}", said), earns=True),
        "floods": Hostile(first="while True:\n    print('x' * 10_000)"),
    }
