"""What a confined program can see, write, reach and take; and that nothing of it is left."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labkit.course.confining import walls
from labkit.course.confining.plan import Plan, private_places, python_places, secret_places

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's"),
    pytest.mark.walls,
]


@pytest.fixture
def course(tmp_path):
    """A teacher's course with a gradebook, and in it a student's folder with one file and a link out of it."""
    (tmp_path / "gradebook.db").write_text("marks")
    work = tmp_path / "autograded" / "ada" / "kind"
    work.mkdir(parents=True)
    (work / "mine.txt").write_text("mine")
    (work / "labkit.py").write_text("raise SystemExit('a module of the student ran')")
    (work / "way-out").symlink_to(tmp_path / "gradebook.db")
    (tmp_path / "shared").mkdir()
    return tmp_path


def command(course: Path, program: str, **bounds: object) -> list[str]:
    """What runs a Python program of a student's behind walls."""
    plan = Plan(
        private_places(str(course)),
        python_places(),
        secret_places(),
        str(course / "shared"),
        str(course / "ended"),
        **{"seconds": 60, **bounds},
    )
    python = [sys.executable, "-P"]
    return [*python, "-m", "labkit.course.confining", plan.to_json(), "--", *python, "-c", program]


def confined(course: Path, program: str, **bounds: object) -> subprocess.CompletedProcess:
    """Run a Python program of a student's."""
    return subprocess.run(
        command(course, program, **bounds),
        cwd=course / "autograded" / "ada" / "kind",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "SECRET": "the teacher's"},
    )


def test_all_that_is_private_is_hidden_if_it_is_there(tmp_path):
    course, disk = tmp_path / "course", tmp_path / "disk"
    course.mkdir(), disk.mkdir()
    hidden = private_places(str(course), str(disk), str(tmp_path / "nowhere"), "/")
    assert {str(course), str(disk)} <= set(hidden) and not {str(tmp_path / "nowhere"), "/"} & set(hidden)


LOOKS = """
import ctypes, os, socket
import labkit.version
root = os.path.dirname(os.path.dirname(labkit.version.__file__))
print("work", sorted(os.listdir(".")), open("mine.txt").read())
print("course", sorted(os.listdir("../../..")))
print("answers", [name for name in ("lessons", "notebooks", "tests", ".git") if os.listdir(os.path.join(root, name))]
      if os.path.isdir(os.path.join(root, "lessons")) else [])
print("secret", os.environ.get("SECRET"), os.environ["HOME"] != os.path.expanduser("~root"))
for place in ("/etc/of-mine", os.path.join(root, "labkit", "of-mine")):
    try:
        open(place, "w")
        print("wrote", place)
    except OSError:
        pass
libc = ctypes.CDLL(None)
print("away", libc.umount2(b"/tmp", 2), libc.mount(None, b"/", None, ctypes.c_ulong(0x20 | 0x1000), None))
with socket.socket() as sock:
    print("network", sock.connect_ex(("127.0.0.1", PORT)))
open("mine.txt", "w").write("changed")
"""


def test_it_sees_its_own_folder_and_nothing_of_the_teachers(course):
    with socket.create_server(("127.0.0.1", 0)) as server:
        ran = confined(course, LOOKS.replace("PORT", str(server.getsockname()[1])))
    assert ran.returncode == 0, ran.stderr
    told = dict(line.split(" ", 1) for line in ran.stdout.splitlines())
    assert "wrote" not in told
    assert told["work"] == "['labkit.py', 'mine.txt'] mine"
    assert "gradebook.db" not in told["course"]
    assert (told["answers"], told["secret"], told["away"]) == ("[]", "None True", "-1 -1")
    assert told["network"] != "0"
    assert (course / "autograded/ada/kind/mine.txt").read_text() == "mine", "it worked on a copy"
    assert (course / "gradebook.db").read_text() == "marks"


def test_hosts_and_cables_work_behind_the_walls(course):
    program = """

from labkit import Network
with Network("client", "server") as net:
    with net.capture() as trace, net.server.socket() as listener, net.client.socket() as caller:
        listener.bind((net.server.address, 80)); listener.listen()
        caller.connect((net.server.address, 80))
        listener.accept()[0].close()
print(len(trace.handshake()))
"""
    ran = confined(course, program)
    assert ran.stdout == "3\n", ran.stderr


@pytest.mark.parametrize(
    ("program", "bounds", "why"),
    [
        ("while True: pass", {"seconds": 1}, "ran for more than 1 seconds"),
        ("x = []\nwhile True: x.append(bytearray(b'x' * 10_000_000))", {"memory_mb": 150}, "MB of memory"),
        (
            # No more: at the bound that is the kernel's it would end by itself, where whoever looks stands still.
            "import os, time\nfor _ in range(60):\n if os.fork() == 0: break\ntime.sleep(100)",
            {"processes": 40},
            "had more than 40 processes",
        ),
        (
            "import os\nif os.fork() == 0:\n os.setsid()\n while True: pass\nwhile True: pass",
            {"seconds": 1},
            "ran for",
        ),
    ],
    ids=["time", "memory", "processes", "a daemon"],
)
def test_what_takes_too_much_is_ended_and_the_reason_told(course, program, bounds, why):
    ran = confined(course, program, **bounds)
    told = (course / "ended").read_text() if (course / "ended").exists() else ""
    assert ran.returncode != 0
    assert why in told or (why == "MB of memory" and "MemoryError" in ran.stderr)


def test_the_kernel_bounds_processes_though_nobody_looks(course):
    """A fork bomb doubles faster than anybody can look: this bound is the kernel's."""
    program = """
import os, signal, time
children = []
try:
    while len(children) < 3000:
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        children.append(child)
except BlockingIOError:
    print("bounded")
for child in children:
    os.kill(child, signal.SIGKILL)
"""
    ran = confined(course, program, processes=5000, memory_mb=20_000)
    assert ran.stdout == "bounded\n", ran.stderr


LOWERS = """
import os, resource, sys
kind, most, *command = sys.argv[1:]
resource.setrlimit(getattr(resource, kind), (int(most), int(most)))
os.execv(command[0], command)
"""


@pytest.mark.parametrize(("kind", "most"), [("RLIMIT_DATA", 1_900_000_000), ("RLIMIT_NPROC", 1000)])
def test_a_bound_of_the_users_own_that_is_lower_stays(course, kind, most):
    """Nobody may raise it, and it is as good: on such a machine grading once stopped."""
    program = command(course, f"import resource; print(resource.getrlimit(resource.{kind}))", memory_mb=2000)
    ran = subprocess.run(
        [sys.executable, "-c", LOWERS, kind, str(most), *program],
        cwd=course / "autograded" / "ada" / "kind",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, f"{(most, most)}\n"), ran.stderr


def test_nothing_runs_on_when_whoever_watches_is_killed(course):
    program = f"open({str(course / 'shared' / 'began')!r}, 'w').write('x')\nwhile True: pass"
    with subprocess.Popen(command(course, program), cwd=course / "autograded/ada/kind") as watching:
        children = Path(f"/proc/{watching.pid}/task/{watching.pid}/children")
        deadline = time.monotonic() + 60
        while not (course / "shared" / "began").exists():
            assert time.monotonic() < deadline
        (middle,) = map(int, children.read_text().split())
        gone = os.pidfd_open(middle)
        watching.kill()
    import select

    assert select.select([gone], [], [], 30)[0], "it runs on"
    os.close(gone)


def test_its_status_is_the_programs(course):
    assert confined(course, "raise SystemExit(7)").returncode == 7
    assert confined(course, "import os\nos.kill(os.getpid(), 9)").returncode == 137


@pytest.mark.parametrize(
    ("user", "release", "told"),
    [
        (0, "6.13.12-generic", "takes Linux 6.14, and this is 6.13.12-generic"),
        (0, "5.15.0", "grade as an ordinary user"),
        (0, "6.14.0-rc1", ""),
        (0, "7.0", ""),
        (1000, "5.15.0", ""),
    ],
)
def test_root_confines_nothing_where_the_bound_would_be_the_whole_machines(monkeypatch, user, release, told):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", release, "", "")))
    assert told in walls.obstacle() and bool(told) is bool(walls.obstacle())
    if told:
        with pytest.raises(walls.NoWalls, match=told):
            walls.leave()
