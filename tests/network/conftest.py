"""Networks for tests; `network`, which makes them, is that of labkit's own pytest plugin."""

from __future__ import annotations

import ssl

import pytest
import trustme


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
