"""A cell that was interrupted in a call can be run again: what only its traceback holds lets the port go."""

from __future__ import annotations

import errno
import gc
import signal
import socket
import sys
import threading

import pytest
from waiting import signalled_when

from labkit.background.waking import waited_in


def interrupted_in(call):
    """What Ctrl-C does to a call of a cell, and what IPython keeps of it."""
    try:
        with signalled_when(lambda: waited_in(threading.main_thread()), signal.SIGINT):
            call()
    except KeyboardInterrupt as error:
        sys.last_value = error
        trace = error.__traceback__
        while trace is not None:
            assert trace.tb_frame.f_locals is not None
            trace = trace.tb_next
    else:
        raise AssertionError("it was not interrupted")


@pytest.fixture(autouse=True)
def forgets():
    yield
    sys.last_value = None


def listening(host, port=8000):
    listener = host.socket()
    listener.bind((host.address, port))
    listener.listen()
    return listener


def bound(host, port=8000):
    sock = host.socket(type=socket.SOCK_DGRAM)
    sock.bind((host.address, port))
    return sock


CALLS = {
    "accept": (listening, lambda sock: sock.accept()),
    "accept in time": (listening, lambda sock: (sock.settimeout(60), sock.accept())),
    "recvfrom": (bound, lambda sock: sock.recvfrom(10)),
    "recv_into": (bound, lambda sock: sock.recv_into(bytearray(10))),
}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("name", CALLS)
def test_an_interrupted_cell_runs_again(server, name):
    make, call = CALLS[name]

    def cell():
        sock = make(server)
        call(sock)

    for _ in range(3):
        interrupted_in(cell)
    make(server).close()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_an_interrupt_while_what_is_dropped_is_collected_is_not_lost(server):
    """A callback of the collector is where Python would drop it; of a large process the collection takes long."""
    held = listening(server)
    sys.last_value = held

    def interrupt(phase, info):
        if phase == "start":
            signal.raise_signal(signal.SIGINT)

    gc.callbacks.append(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            listening(server)
    finally:
        gc.callbacks.remove(interrupt)
        held.close()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_service_takes_the_port_of_an_interrupted_cell(server):
    interrupted_in(lambda: listening(server).accept())
    with server.start(lambda conn: None, port=8000) as service:
        assert service.listening


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_replace_takes_the_port_of_a_socket_that_is_held(server, kind):
    held = listening(server) if kind == socket.SOCK_STREAM else bound(server)
    with pytest.raises(OSError, match=r"replace=True") as caught:
        server.start(lambda conn: None, port=8000, type=kind)
    assert caught.value.errno == errno.EADDRINUSE
    assert held.fileno() >= 0
    with server.start(lambda conn: conn.recv(1), port=8000, type=kind, replace=True) as service:
        assert service.listening and held.fileno() < 0


def test_what_is_held_keeps_its_port_and_its_name_is_told(server):
    with listening(server), server.socket() as second:
        with pytest.raises(OSError, match="in use") as caught:
            second.bind((server.address, 8000))
        assert "held by a listening socket of the notebook" in caught.value.__notes__[0]
