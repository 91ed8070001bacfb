"""Networks for tests; `network`, which makes them, is that of labkit's own pytest plugin."""

from __future__ import annotations

import ssl
import subprocess

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need certificates need the program that makes them."""
    for item in items:
        if "contexts" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.program("openssl"))


@pytest.fixture(scope="session")
def contexts(tmp_path_factory):
    """A server's and a client's TLS contexts, with a certificate for "server" made for the occasion."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = str(folder / "key.pem"), str(folder / "cert.pem")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=server "
        f"-addext subjectAltName=DNS:server,IP:10.0.0.2 -keyout {key} -out {certificate}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    return ours, ssl.create_default_context(cafile=certificate)
