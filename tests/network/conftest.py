"""Networks for tests. On a machine that forbids namespaces the tests here are skipped, in CI they fail."""

from __future__ import annotations

import os

import pytest

from labkit import Network
from labkit.wire.client import NotPermitted


@pytest.fixture(scope="session")
def namespaces():
    """Skip, or fail where CI is set, unless this machine lets us make networks."""
    try:
        Network("a", "b").close()
    except NotPermitted as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


@pytest.fixture
def network(namespaces):
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


@pytest.fixture(params=["tap", "packet"])
def port(request):
    """Both ways in which the wire can hold a cable; TAP is skipped where /dev/net/tun is closed."""
    if request.param == "tap" and not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        pytest.skip("/dev/net/tun is not open to this user")
    return request.param
