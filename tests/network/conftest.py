"""Networks for tests; `network`, which makes them, is that of labkit's own pytest plugin."""

from __future__ import annotations

import pytest


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
