"""Networks for tests."""

from __future__ import annotations

import pytest

from labkit import Network


@pytest.fixture
def network():
    """Make networks that are closed at the end: network("client", "server", delay_ms=10)."""
    made = []

    def make(*names, **options):
        made.append(Network(*(names or ("client", "server")), **options))
        return made[-1]

    yield make
    for net in made:
        net.close()


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
