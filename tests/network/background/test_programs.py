"""Real programs on a host: waited for, spawned, refused, killed; with nothing left behind."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from waiting import wait_for

from labkit.background import beside
from labkit.background.completed import Completed, ProgramError
from labkit.background.failures import BackgroundError
from labkit.background.programs import Program

SECONDS = 60
PYTHON = [sys.executable, "-c"]


@pytest.fixture(autouse=True)
def nothing_left():
    before = len(os.listdir("/proc/self/fd"))
    yield
    assert beside.running() == []
    # other threads of the test run may open descriptors of their own, but not dozens
    assert len(os.listdir("/proc/self/fd")) - before < 12


def test_run_gives_what_a_terminal_shows(client):
    done = client.run(["echo", "hello"])
    assert done == Completed(0, "hello\n", "", ("echo", "hello"))
    assert repr(done) == "hello"


def test_run_is_on_the_host(client, server):
    for host in (client, server):
        text = host.run([*PYTHON, "print(open('/proc/net/fib_trie').read())"]).stdout
        assert host.address in text


def test_status_stderr_and_signals_show(client):
    done = client.run([*PYTHON, "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"])
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")
    assert repr(done) == "out\nerr\n(exit status 3)"
    done = client.run([*PYTHON, "import os; os.kill(os.getpid(), 9)"])
    assert (done.returncode, repr(done)) == (-9, "(killed by SIGKILL)")


def test_check_raises_with_the_output(client):
    with pytest.raises(ProgramError, match=r"(?s)exit status 3\nIt printed:\nwhy") as caught:
        client.run([*PYTHON, "print('why'); raise SystemExit(3)"], check=True)
    assert caught.value.completed.returncode == 3 and isinstance(caught.value, BackgroundError)


@pytest.mark.parametrize("given", ["text ü", b"text \xc3\xbc", "x" * 1_000_000])
def test_input(client, given):
    done = client.run(["cat"], input=given)
    assert done.stdout == (given if isinstance(given, str) else given.decode())


def test_input_that_nobody_reads_does_no_harm(client):
    assert client.run(["true"], input="x" * 1_000_000).returncode == 0


def test_environment_and_directory(client, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://nowhere")
    done = client.run(
        ["sh", "-c", "echo $COLOUR; pwd; echo proxy=$http_proxy"], env={"COLOUR": "blue"}, cwd=tmp_path
    )
    assert done.stdout == f"blue\n{tmp_path.resolve()}\nproxy=\n"


def test_a_kernel_asks_for_colours_and_a_program_whose_output_is_read_has_none(client, monkeypatch):
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.setenv(name, "1")
    done = client.run([sys.executable, "-c", "1 / 0"], check=False)
    assert done.stderr.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert client.run(["sh", "-c", "echo $FORCE_COLOR"]).stdout == "\n"
    assert client.run(["sh", "-c", "echo $FORCE_COLOR"], env={"FORCE_COLOR": "1"}).stdout == "1\n"


def test_huge_output_keeps_its_beginning_and_its_end(client):
    done = client.run([*PYTHON, "print('first'); print('x' * 20_000_000); print('last')"], timeout=30)
    assert done.stdout.startswith("first\n") and done.stdout.endswith("x\nlast\n")
    assert "bytes left out" in done.stdout and len(done.stdout) < 3_000_000


def test_a_program_that_does_not_end_is_killed_with_its_children(client, monkeypatch, tmp_path):
    pids = tmp_path / "pids"
    script = f"sleep 1000 & echo $! $$ > {pids}; echo started; wait"
    wait = Program.wait

    def wait_once_it_has_begun(program, timeout):
        program.wait_for("started")
        return wait(program, timeout)

    monkeypatch.setattr(Program, "wait", wait_once_it_has_begun)
    with pytest.raises(
        TimeoutError, match=r"(?s)sh did not end within 0.1 s and was killed.*It printed:\nstarted"
    ):
        client.run(["sh", "-c", script], timeout=0.1)
    for pid in pids.read_text().split():
        wait_for(lambda pid=pid: "Z" in open_state(pid), SECONDS)


def open_state(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1]
    except OSError:
        return "Z"


def test_a_child_that_keeps_the_output_open_does_not_hold_run_up(client):
    sleeping = client.run(["sh", "-c", "sleep 1000 & echo $!"]).stdout
    assert "Z" not in open_state(sleeping.strip()), "it was waited for"
    os.kill(int(sleeping), signal.SIGKILL)


@pytest.mark.parametrize(
    ("argv", "error", "said"),
    [
        ("echo hello", TypeError, r"no shell reads them.*: \['echo', 'hello'\]"),
        (b"ls", TypeError, "as a list"),
        ([], ValueError, "the list is empty"),
        ([""], ValueError, "the list is empty"),
        (5, TypeError, "list of strings"),
        ([None], TypeError, "list of strings"),
        (["a\0b"], ValueError, "null character"),
        (["no-such-program-at-all"], FileNotFoundError, "no such program on this machine"),
        (["ech"], FileNotFoundError, "did you mean .*echo"),
        (["/no/such"], FileNotFoundError, "there is no such program"),
        (["/etc"], IsADirectoryError, "a directory, not a program"),
        ([__file__], PermissionError, "not executable"),
    ],
)
def test_bad_programs(client, argv, error, said):
    for start in (client.run, client.spawn):
        with pytest.raises(error, match=said):
            start(argv)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"timeout": -1}, ValueError, "timeout is a number of seconds"),
        ({"timeout": "5"}, ValueError, "timeout is a number of seconds"),
        ({"cwd": "/no/such/place"}, NotADirectoryError, "cwd is a directory"),
        ({"env": {"A": None}}, TypeError, "env maps names to strings"),
    ],
)
def test_bad_options(client, options, error, said):
    with pytest.raises(error, match=said):
        client.run(["echo"], **options)


def test_a_file_that_is_no_program(client, tmp_path):
    path = tmp_path / "broken"
    path.write_bytes(b"\x7fELF but no more")
    path.chmod(0o755)
    with pytest.raises(OSError, match="Exec format error"):
        client.run([str(path)])


def test_spawn_collects_output_and_waits_for_a_text(client, server):
    with server.spawn(["python3", "-m", "http.server", "8000", "--bind", server.address]) as web:
        web.wait_for("Serving HTTP on", timeout=SECONDS)
        with client.socket() as sock:
            sock.settimeout(SECONDS)
            sock.connect(("server", 8000))
            sock.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
            assert sock.recv(100).startswith(b"HTTP/1.0 200")
        (row,) = server.sockets().find(state="LISTEN", port=8000)
        assert row.owner == "program python3"
        assert repr(web) == f"<python3 on server: running, pid {web.pid}>"
        assert web.returncode is None
        web.stop(20)
    assert web.returncode == -signal.SIGTERM and repr(web) == "<python3 on server: killed by SIGTERM>"


def test_spawn_reads_from_stdin(client):
    with client.spawn(["cat"]) as cat:
        cat.stdin.write("hello\n")
        assert cat.wait_for("hello") == "hello\n"
        cat.stdin.close()
        assert cat.wait() == 0


def test_waiting_for_a_text_that_does_not_come(client):
    with client.spawn(["sh", "-c", "echo one; exec sleep 1000"]) as program:
        program.wait_for("one")
        with pytest.raises(TimeoutError, match=r"(?s)has not printed 'two' within 0.05 s.*It printed:\none"):
            program.wait_for("two", timeout=0.05)
        with pytest.raises(TimeoutError, match="has not ended within 0"):
            program.wait(timeout=0.05)
    with client.spawn(["sh", "-c", "echo one"]) as program:
        with pytest.raises(
            ProgramError, match=r"(?s)ended \(exit status 0\) without having printed 'two'.*one"
        ):
            program.wait_for("two")


def test_kill_and_signals(client):
    with client.spawn(["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"]) as program:
        program.wait_for("ready")
        program.terminate()
        program.kill()
        assert program.wait() == -signal.SIGKILL
        program.send_signal(signal.SIGTERM)  # it has ended: nothing happens


def test_a_stubborn_program_is_killed_in_the_end(client):
    program = client.spawn(["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"])
    program.wait_for("ready")
    program.stop(timeout=4)
    assert program.returncode == -signal.SIGKILL


def test_a_program_that_fails_alone_is_shown(client, capsys):
    program = client.spawn(["sh", "-c", "echo broken; exit 2"])
    with program.changed:
        assert program.changed.wait_for(lambda: program._returncode is not None, SECONDS)
    beside._end_of_cell()
    shown = capsys.readouterr().err
    assert "sh on client failed:" in shown and "exit status 2" in shown and "broken" in shown
    program.stop()
    assert capsys.readouterr().err == ""


def test_a_closing_network_ends_programs():
    from labkit import Network

    with Network("client", "server") as net:
        program = net.client.spawn(["sleep", "1000"])
    assert program.returncode is not None


def test_an_interrupt_kills_the_program(client):
    def interrupt(*_):
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):  # the program itself says that it has begun
            client.run(["sh", "-c", f"kill -ALRM {os.getpid()}; exec sleep 1000"], timeout=60)
    finally:
        signal.signal(signal.SIGALRM, old)


def test_waiting_for_what_a_program_holds_back_says_how_to_see_it(client):
    with (
        client.spawn(["awk", 'BEGIN { print "ready"; while (1) system("sleep 60") }']) as program,
        pytest.raises(TimeoutError, match=r'keep its lines in a buffer.*\["stdbuf", "-oL", "awk", \.\.\.\]'),
    ):
        program.wait_for("never printed", timeout=0.2)


def test_python_holds_nothing_back_and_no_buffer_is_blamed(client):
    code = "print('ready'); import time; time.sleep(60)"
    with client.spawn(["python3", "-c", code]) as program:
        program.wait_for("ready")
        with pytest.raises(TimeoutError) as caught:
            program.wait_for("never printed", timeout=0.1)
    assert "buffer" not in str(caught.value)
