"""Functions beside the notebook: results, failures that are never lost, and an end to all of them."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import pytest
from stubborn import goes_on
from tidying import Tidying
from waiting import wait_for

from labkit.background import beside
from labkit.background.failures import TaskError
from labkit.background.many import Tasks
from labkit.background.tasks import Task
from labkit.background.waking import waited_in
from labkit.background.workers import Worker

SECONDS = 20


def fail(text="refused"):
    raise ConnectionRefusedError(text)


def test_a_result(client):
    task = client.background(divmod, 7, 2)
    assert task.result() == (3, 1)
    assert (task.done, task.error, repr(task)) == (True, None, "<divmod(7, 2) on client done: (3, 1)>")
    assert beside.running() == []


def test_keyword_arguments_and_async_functions(client):
    async def add(a, *, b):
        await asyncio.sleep(0)
        print("adding")
        return a + b

    task = client.background(add, 1, b=2)
    assert (task.result(), task.output) == (3, "adding\n")


def test_an_error_is_raised_where_the_result_is_asked_for(client, capsys):
    task = client.background(fail)
    with pytest.raises(ConnectionRefusedError, match="refused") as caught:
        task.result()
    assert caught.traceback[-1].name == "fail"
    assert repr(task) == "<fail on client failed: ConnectionRefusedError: refused>"
    beside._end_of_cell()
    task.stop()
    assert capsys.readouterr().err == "", "it has been raised: showing it again would be noise"


def test_an_error_that_nobody_asked_for_is_shown_once(client, capsys):
    task = client.background(fail)
    Tasks([task]).wait()
    beside._end_of_cell()
    shown = capsys.readouterr().err
    assert (
        shown.startswith("fail on client failed:\nTraceback") and "ConnectionRefusedError: refused" in shown
    )
    beside._end_of_cell()
    task.stop()
    assert capsys.readouterr().err == ""


def test_a_closing_network_raises_it():
    from labkit import Network

    with pytest.raises(TaskError, match="fail on client failed: ConnectionRefusedError: refused"):
        with Network("client", "server") as net:
            Tasks([net.client.background(fail)]).wait()


def test_output_belongs_to_the_task_and_is_shown_with_its_result(client, capsys):
    begun, go = threading.Event(), threading.Event()

    def talk():
        print("one")
        begun.set()
        go.wait(SECONDS)
        print("two", end="")

    task = client.background(talk)
    assert begun.wait(SECONDS)
    assert (task.output, capsys.readouterr().out) == ("one\n", "")
    go.set()
    task.result()
    assert capsys.readouterr().out == "talk on client │ two\n"
    assert task.output == "one\ntwo\n"
    task.stop()


def test_when_a_result_is_there_all_that_belongs_to_it_is(client, capsys, monkeypatch):
    """Its thread may lose the processor as soon as it has told of its end."""
    hold, over = threading.Event(), Worker.over
    monkeypatch.setattr(Worker, "over", lambda thread: (hold.wait(SECONDS), over(thread)))
    task, quiet = client.background(print, "all", end=""), client.background(int)
    assert (task.result(), quiet.result()) == (None, 0)
    assert (task.output, beside.running()) == ("all\n", [task])
    hold.set()
    task._thread.join(SECONDS)
    task.stop()
    assert capsys.readouterr().out == "print('all') on client │ all\n", "it was shown twice"


def test_a_result_that_does_not_come_says_where_the_task_is(client):
    hold = threading.Event()

    def waits():
        hold.wait(SECONDS)

    task = client.background(waits)
    wait_for(lambda: "hold.wait(SECONDS)" in task._where())
    with pytest.raises(TimeoutError, match=r"waits on client has not returned within 0.05 s") as caught:
        task.result(timeout=0.05)
    assert "hold.wait(SECONDS)" in "".join(caught.value.__notes__)
    hold.set()
    assert task.result() is None


def test_stop_ends_a_call_that_blocks(client, server):
    listening = threading.Event()

    def serve():
        with server.socket() as listener:
            listener.bind((server.address, 8080))
            listener.listen()
            listening.set()
            while True:
                try:
                    listener.accept()
                except OSError:
                    continue

    task = server.background(serve)
    assert listening.wait(SECONDS)
    begin = time.monotonic()
    task.stop(80)
    assert time.monotonic() - begin < 20, "it was interrupted, which comes after a quarter of the time"
    assert repr(task) == "<serve on server stopped>"
    with pytest.raises(TaskError, match="was stopped before it returned"):
        task.result()
    assert server.sockets() == ()


def test_stop_ends_a_wait_for_a_datagram_that_has_time(client):
    sock = client.socket(type=socket.SOCK_DGRAM)
    sock.bind((client.address, 5300))
    sock.settimeout(600)  # Python's, in which it looks again and again at a socket that says it has something

    def hear():
        with sock:
            sock.recv(10)

    task = client.background(hear)
    wait_for(lambda: waited_in(task._thread))
    task.stop(SECONDS)
    assert repr(task) == "<hear on client stopped>"
    assert client.sockets() == ()


def test_stop_ends_an_endless_loop(client):
    looping = threading.Event()

    def forever():
        while True:
            looping.set()

    task = client.background(forever)
    assert looping.wait(SECONDS)
    task.stop(timeout=4)
    assert repr(task) == "<forever on client stopped>" and not task._thread.is_alive()


def test_stop_reports_what_python_cannot_end(client, capsys):
    entered, hold = threading.Event(), threading.Event()

    def stubborn():
        entered.set()
        while not hold.is_set():
            pass

    task = client.background(goes_on, stubborn)
    assert entered.wait(SECONDS)
    task.stop(timeout=0.2)
    shown = capsys.readouterr().err
    hold.set()
    assert "did not end within 0.2 s of stop(), and goes on" in shown and "in stubborn" in shown
    task._thread.join(SECONDS)


def test_stop_waits_for_what_was_interrupted_and_tidies_up(client, capsys, monkeypatch):
    """As on a busy machine, where it has the processor later than in the half second of three interruptions."""
    looping = threading.Event()
    tidying = Tidying(monkeypatch, 0.4)  # the last interruption is waited for 0.3 s

    def forever():
        try:
            while True:
                looping.set()
        finally:
            tidying.wait()

    task = client.background(forever)
    assert looping.wait(SECONDS)
    task.stop(timeout=20)
    assert len(tidying.interrupted) == 3 and not task._thread.is_alive()
    assert repr(task) == "<forever on client stopped>" and capsys.readouterr().err == ""


@pytest.mark.parametrize("blocks", [False, True])
def test_stop_ends_an_async_function(client, blocks):
    begun = threading.Event()

    async def waits():
        begun.set()
        while blocks:
            pass
        await asyncio.Event().wait()

    task = client.background(waits)
    assert begun.wait(SECONDS)
    task.stop(timeout=4)
    assert repr(task) == "<waits on client stopped>"


def test_stop_ends_an_async_function_before_its_first_step(client, capsys):
    begun, asked, called = threading.Event(), threading.Event(), []

    async def holds_the_loop():
        begun.set()
        assert asked.wait(SECONDS)

    async def waits():
        called.append(True)
        await asyncio.Event().wait()

    holder = client.background(holds_the_loop)
    assert begun.wait(SECONDS)
    task = client.background(waits)
    queue = task._loop.loop.call_soon_threadsafe

    def ask(*args):
        queue(*args)
        asked.set()

    task._loop.loop.call_soon_threadsafe = ask
    task.stop(timeout=SECONDS)
    holder.result(SECONDS)
    assert (repr(task), task._failures, called) == ("<waits on client stopped>", [], [])
    task._loop.thread.join(SECONDS)
    assert not task._loop.thread.is_alive() and capsys.readouterr().err == ""


def test_stop_right_behind_background_ends_an_async_function(client, capsys):
    async def waits():
        await asyncio.Event().wait()

    for _ in range(20):
        task = client.background(waits)
        task.stop(timeout=SECONDS)
        assert (repr(task), task._failures) == ("<waits on client stopped>", [])
        task._loop.thread.join(SECONDS)
        assert not task._loop.thread.is_alive()
    assert capsys.readouterr().err == ""


def test_a_hundred_at_once_in_one_line(client, server):
    def echo(conn):
        while data := conn.recv(100):
            conn.sendall(data)

    def fetch(number):
        with client.socket() as sock:
            sock.settimeout(SECONDS)
            sock.connect(("server", 7 if number else 9))
            sock.sendall(b"x")
            return number, sock.recv(10)

    with server.start(echo, port=7):
        tasks = Tasks(client.background(fetch, n) for n in range(100))
        assert tasks.wait() is tasks and tasks.done
        assert repr(tasks) == "100 tasks: 99 done, 1 failed: ConnectionRefusedError"
        assert [task.result() for task in tasks[1:]] == [(n, b"x") for n in range(1, 100)]
        with pytest.raises(
            TaskError, match=r"99 done, 1 failed: ConnectionRefusedError; first fetch\(0\)"
        ) as caught:
            tasks.results()
        assert isinstance(caught.value.__cause__, ConnectionRefusedError) and len(caught.value.errors) == 1


def test_many_async_functions_share_a_loop_and_leave_none(client):
    async def number(n):
        await asyncio.sleep(0)
        return n

    tasks = Tasks(client.background(number, n) for n in range(50))
    assert tasks.results() == list(range(50))
    assert {type(task) for task in tasks} == {Task}
    for thread in {task._loop.thread for task in tasks}:
        thread.join(SECONDS)
        assert not thread.is_alive()


def test_tasks_stop_together(client):
    begun = threading.Barrier(6)

    def waits():
        begun.wait(SECONDS)
        while True:
            pass

    tasks = Tasks(client.background(waits) for _ in range(5))
    assert repr(tasks) == "5 tasks: 5 running"
    begun.wait(SECONDS)
    tasks.stop(timeout=4)
    assert repr(tasks) == "5 tasks: 5 stopped"


@pytest.mark.parametrize(
    ("function", "args", "said"),
    [
        (None, (), "background runs a function"),
        (5, (), "background runs a function"),
        (fail, (1, 2, 3), "cannot be called so: too many positional arguments"),
    ],
)
def test_bad_input(client, function, args, said):
    with pytest.raises(TypeError, match=said):
        client.background(function, *args)
    assert beside.running() == []


def test_bad_timeouts_and_tasks(client):
    task = client.background(int)
    with pytest.raises(ValueError, match="timeout is a number of seconds"):
        task.result(timeout=-1)
    assert task.result() == 0
    with pytest.raises(TypeError, match="what host"):
        Tasks([5])


# -- await ------------------------------------------------------------------------------------------------


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 2 * SECONDS))


def test_a_coroutine_awaits_a_task_and_its_loop_runs_on(client):
    gate, order = threading.Event(), []

    def wait(value):
        assert gate.wait(SECONDS)
        return value

    async def coroutine(value):
        while not gate.is_set():
            await asyncio.sleep(0)
        return value

    async def cell():
        async def opens():
            order.append("opens")
            gate.set()

        opening = asyncio.create_task(opens())
        tasks = [client.background(wait, 1), client.background(coroutine, 2)]
        got = [await tasks[0], await tasks[1], await tasks[0]]
        await opening
        order.append("got")
        return got, await asyncio.gather(*tasks), await Tasks(tasks)

    assert run(cell()) == ([1, 2, 1], [1, 2], [1, 2])
    assert order == ["opens", "got"]
    assert beside.running() == []


def test_what_a_task_raised_is_raised_where_it_is_awaited(client, capsys):
    async def cell(task):
        await task

    with pytest.raises(ConnectionRefusedError, match="refused"):
        run(cell(client.background(fail)))
    beside._end_of_cell()
    assert capsys.readouterr().err == ""
    with pytest.raises(TaskError, match=r"2 tasks: 1 done, 1 failed: ConnectionRefusedError"):
        run(cell(Tasks([client.background(int), client.background(fail)])))


@pytest.mark.parametrize("how", ["cancelled", "timed out"])
def test_who_awaits_may_be_cancelled_and_the_task_goes_on(client, how):
    gate = threading.Event()

    def wait():
        assert gate.wait(SECONDS)
        return "all there"

    async def cell(task):
        if how == "timed out":
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(task, 0.01)
        else:
            waiting = asyncio.ensure_future(task)
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        assert not task.done and task._wakers == []

    task = client.background(wait)
    run(cell(task))
    gate.set()
    assert task.result() == "all there"

    async def again():
        return await task

    assert run(again()) == "all there"


def test_a_failure_that_nobody_waited_for_any_more_is_told(client, capsys):
    gate = threading.Event()

    def wait():
        assert gate.wait(SECONDS)
        fail("too late")

    async def cell(task):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(task, 0.01)

    task = client.background(wait)
    run(cell(task))
    gate.set()
    assert task.come(lambda: task.done, SECONDS)
    task.stop()
    assert "ConnectionRefusedError: too late" in capsys.readouterr().err


def test_a_stopped_task_and_a_loop_that_has_gone_wait_for_nobody(client):
    gate = threading.Event()

    async def cell(task):
        waiting = asyncio.ensure_future(task)
        await asyncio.sleep(0)
        await asyncio.to_thread(task.stop)
        with pytest.raises(TaskError, match="was stopped"):
            await waiting

    run(cell(client.background(gate.wait)))
    task = client.background(gate.wait)
    loop = asyncio.new_event_loop()
    begun = task._awaited()
    first = loop.create_task(begun)
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    gate.set()
    assert task.result() is True
    first._log_destroy_pending = False
    begun.close()


def test_await_elsewhere_than_on_a_loop_of_asyncio_says_what_to_do(client):
    task = client.background(int)
    with pytest.raises(RuntimeError, match=r"write result\(\)"):
        task._awaited().send(None)
    assert task.result() == 0
