"""What the lesson on a server that can be run stands on: servers, callers who call all the time, load."""

from __future__ import annotations

import asyncio
import time

import pytest

from labkit.lessons.running.callers import Callers
from labkit.lessons.running.load import load
from labkit.lessons.running.people import Person, ask, leave
from labkit.lessons.running.serving import end_programs, listening, queue, run, serving, start, stop
from labkit.servers import monitored


@pytest.fixture
def net(network):
    return network("ada", "bob", "server")


def test_a_server_is_started_anew(net):
    first, second = monitored.Server(), monitored.Server()
    task = start(net.server, first)
    start(net.server, second)
    assert task.done and ask(net.ada, "SUM 1", 1) == ["OK 1"]
    stop(net.server)
    assert first.statistics.requests == 0 and second.statistics.requests == 1
    stop(net.server)


def test_all_connections_ask_as_often(net):
    with serving(net.server, monitored.Server(limits=monitored.Limits(rate=0.001, burst=7))):
        answers = ask(net.ada, "SUM 1 2", 5, connections=2)
    assert len(answers) == 10 and answers.count("OK 3") == 7


def test_who_stands_in_a_listeners_queue_is_waited_for(net, monkeypatch):
    with listening(net.server, 4300) as listener:
        people = [Person(net.ada, 4300) for _ in range(2)]
        queue(net.server, 4300, 2)
        listener.accept()[0].close()
        monkeypatch.setattr("labkit.lessons.running.serving.PATIENCE_S", 0.2)
        with pytest.raises(TimeoutError, match="2 in the queue of port 4300"):
            queue(net.server, 4300, 2)
    leave(*people)


def test_a_listener_whose_port_is_taken_is_closed(net):
    with listening(net.server, 4200), pytest.raises(OSError, match="in use"):
        listening(net.server, 4200)


def test_load_is_measured_by_those_who_ask(net):
    async def answer(request):
        return request.text

    async def twice(reader, writer, ends):
        assert 0 < ends - time.monotonic() <= 60
        times = []
        for _ in range(2):
            begun = time.monotonic()
            writer.write(b"ECHO hi\n")
            assert await reader.readline() == b"OK hi\n"
            times.append(time.monotonic() - begun)
        return times

    measured = load(net, monitored.Server(answer), twice, clients=3, seconds=60)
    assert len(measured.times) == 6 and measured.rate > 0


def test_who_was_not_answered_at_all_asks_once_more_and_not_for_ever(net):
    """As where the machine stood still from the moment in which it was to begin until it was to end."""
    found = [[], [0.1]]

    async def late(reader, writer, ends):
        return found.pop(0) if found else []

    assert load(net, monitored.Server(), late).times == [0.1]
    with pytest.raises(TimeoutError, match=r"nobody was answered within 0\.5 s"):
        load(net, monitored.Server(), late)


def test_an_error_of_those_who_ask_is_raised_and_the_server_stopped(net):
    async def wrong(reader, writer, ends):
        raise ValueError("a fault of the learner's")

    with pytest.raises(ValueError, match="of the learner's"):
        load(net, monitored.Server(), wrong)
    listening(net.server, 4200).close()


def test_callers_tell_apart_who_was_answered_and_who_was_not(net):
    end_programs(net.server)
    calling = Callers(net.ada, many=3)
    calling.wait_for(failed=3)
    program = run(net.server)
    calling.wait_for(answered=10)
    came = calling.hang_up()
    program.stop()
    assert set(came) == {"answered", "ConnectionRefusedError"} and calling.failed >= 3
    end_programs(net.server)


def test_callers_who_wait_for_nothing_say_so(net, monkeypatch):
    monkeypatch.setattr("labkit.lessons.running.callers.PATIENCE_S", 0.2)
    calling = Callers(net.ada, many=1)
    with pytest.raises(TimeoutError, match="ConnectionRefusedError"):
        calling.wait_for(answered=1)
    calling.hang_up()


def test_one_who_speaks_to_it(net):
    with serving(net.server, monitored.Server()) as task:
        person = Person(net.ada, 4200)
        person.says("SUM 1")
        assert person.hears() == "OK 1" and not task.done
        leave(person)
    assert task.done


def test_a_server_that_fails_is_told(net):
    class Broken(monitored.Server):
        async def serve(self, listener, status=None):
            await asyncio.sleep(0)
            listener.close()
            raise RuntimeError("a fault of the server's")

    start(net.server, Broken())
    with pytest.raises(RuntimeError, match="of the server's"):
        stop(net.server)
