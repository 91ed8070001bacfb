"""Lesson tls: whom a client meets, who hears of it, and the man in the middle."""

from __future__ import annotations

import ssl

import pytest
import trustme

from labkit.lessons.tls.cafe import BACK_DOOR, BANK, cafe, pay
from labkit.lessons.tls.meeting import meet, told

SECONDS = 10
authority = trustme.CA()


def server_context(certificate, demands=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if demands:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    return context


def client_context(certificate=None, version="1.3"):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
    if certificate is not None:
        certificate.configure_cert(context)
    return context


@pytest.fixture
def bank(network):
    return network("client", "bank", delay_ms=2)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize(
    ("who", "got", "heard", "raises"),
    [
        ("alice", "b'OK hello'", "b'hello'", {"1.2": None, "1.3": None}),
        ("nobody", None, "peer_did_not_return_a_certificate", {"1.2": "do_handshake", "1.3": "recv"}),
        ("a stranger", "alert unknown_ca", "code 20", {"1.2": "do_handshake", "1.3": "recv"}),
    ],
)
def test_a_refused_client_hears_of_it_in_its_handshake_or_later(who, got, heard, raises, version, bank):
    certificate = None
    if who != "nobody":
        certificate = (authority if who == "alice" else trustme.CA()).issue_cert("alice@example.org")
    met = meet(bank, server_context(authority.issue_cert("bank"), True), client_context(certificate, version))
    assert met.server == heard
    assert got is None or met.client == got
    failed = [call.split("(")[0] for call in met.calls if " " in call]
    assert failed == [raises[version]] * (raises[version] is not None)
    assert met.names == (("alice@example.org",) if who == "alice" else ())


def test_meeting_twice_takes_the_same_port_and_leaves_nothing(bank):
    for _ in range(3):
        met = meet(bank, server_context(authority.issue_cert("bank")), client_context())
        assert (met.client, met.server) == ("b'OK hello'", "b'hello'")
    assert not bank.bank.sockets().find(state="ESTABLISHED")


@pytest.mark.parametrize("verifies", [False, True])
def test_who_is_in_the_middle_reads_and_changes_all_or_nothing(verifies):
    read, orders = [], []

    def transfer(conn):
        orders.append(conn.recv(100))
        conn.sendall(b"done")

    trap = server_context(trustme.CA().issue_cert("bank"))
    with cafe() as town:

        def between(conn):
            try:
                with trap.wrap_socket(conn, server_side=True) as victim, town.mallory.socket() as sock:
                    read.append(victim.recv(100))
                    sock.connect((BACK_DOOR, 8443))
                    sock.sendall(b"changed")
                    victim.sendall(sock.recv(100))
            except ssl.SSLError as error:
                read.append(told(error))

        town.bank.start(transfer, port=8443, address="")
        client = client_context()
        if not verifies:
            client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        got, trace = pay(town, client, b"order", between)
    assert trace.on("cafe").tls()[0].server_name == "bank"
    if verifies:
        assert (got, read, orders) == ("code 20", ["alert unknown_ca"], [])
    else:
        assert (got, read, orders) == (b"done", [b"order"], [b"changed"])
    assert BANK != BACK_DOOR
