"""Networks for tests; `network`, which makes them, is that of labkit's own pytest plugin."""

from __future__ import annotations

import ssl

import pytest
import trustme

from labkit.background import many, programs, services, tasks
from labkit.background.processes import Process
from labkit.background.run import run
from labkit.network.capture import CapturedTrace

WITHIN = 60.0
# What waits 5 s or 10 s where nobody says how long.
WAITS = (
    services.Service.wait_for,
    programs.Program.wait,
    programs.Program.wait_for,
    Process.wait,
    run,
    tasks.Task.result,
    many.Tasks.wait,
    many.Tasks.results,
    CapturedTrace.wait_for,
    CapturedTrace.wait_until_quiet,
)


@pytest.fixture(autouse=True)
def unhurried(request, monkeypatch):
    """Whoever waits for something and does not say how long waits a minute, but for lessons and mysteries.

    A learner wants to be told after seconds, and their stories are made for that; on a machine that does other things,
    what comes may come later.
    """
    if {"lessons", "mysteries"} & set(request.path.parts):
        return
    for function in WAITS:
        if function.__defaults__:
            monkeypatch.setattr(function, "__defaults__", (WITHIN,))
        else:
            monkeypatch.setattr(function, "__kwdefaults__", function.__kwdefaults__ | {"timeout": WITHIN})


@pytest.fixture
def net(network):
    """Two hosts, client and server, without delay."""
    return network()


@pytest.fixture
def client(net):
    """The host "client" of `net`."""
    return net.client


@pytest.fixture
def server(net):
    """The host "server" of `net`."""
    return net.server


@pytest.fixture(params=[pytest.param("tap", marks=pytest.mark.tun), "packet"])
def port(request):
    """Both ways in which the wire can hold a cable."""
    return request.param


@pytest.fixture(scope="session")
def contexts():
    """A server's and a client's TLS contexts, with a certificate for "server" made for the occasion."""
    authority = trustme.CA()
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("server", "10.0.0.2").configure_cert(ours)
    theirs = ssl.create_default_context()
    authority.configure_trust(theirs)
    return ours, theirs
