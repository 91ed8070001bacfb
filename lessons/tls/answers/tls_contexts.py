"""The solution of tls-contexts, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import ssl

import trustme


def contexts(
    bank,
    alice,
    authority,
    asks=ssl.CERT_REQUIRED,
    server_least=ssl.TLSVersion.TLSv1_3,
    client_least=ssl.TLSVersion.TLSv1_3,
    names=True,
    verifies=True,
    trusts=True,
):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(bank)
    if trusts:
        server.load_verify_locations(authority)
    server.verify_mode = asks
    client = ssl.create_default_context(cafile=authority)
    client.load_cert_chain(alice)
    client.check_hostname = names
    if not verifies:
        client.verify_mode = ssl.CERT_NONE
    server.minimum_version, client.minimum_version = server_least, client_least
    return server, client


def asks_nobody(*paths):
    return contexts(*paths, asks=ssl.CERT_NONE)


def takes_no_for_an_answer(*paths):
    return contexts(*paths, asks=ssl.CERT_OPTIONAL)


def the_bank_trusts_nobody(*paths):
    return contexts(*paths, trusts=False)


def the_bank_speaks_tls_12(*paths):
    return contexts(*paths, server_least=ssl.TLSVersion.TLSv1_2)


def the_client_speaks_tls_12(*paths):
    return contexts(*paths, client_least=ssl.TLSVersion.TLSv1_2)


def any_name_will_do(*paths):
    return contexts(*paths, names=False)


def any_certificate_will_do(*paths):
    return contexts(*paths, names=False, verifies=False)


def two_clients(bank, alice, authority):
    client = contexts(bank, alice, authority)[1]
    return client, client


def the_other_way_round(*paths):
    return contexts(*paths)[::-1]


def the_bank_trusts_others_too(*paths):
    server, client = contexts(*paths)
    trustme.CA().configure_trust(server)
    return server, client


def the_client_trusts_others_too(*paths):
    server, client = contexts(*paths)
    trustme.CA().configure_trust(client)  # as those of the machine, where it has any
    return server, client


SOLUTION = contexts
WRONG = {
    "asks nobody": (asks_nobody, "verify_mode of its context asks"),
    "takes no for an answer": (takes_no_for_an_answer, "CERT_OPTIONAL takes no for an answer"),
    "the bank trusts nobody": (the_bank_trusts_nobody, "the authority to trust"),
    "the bank speaks TLS 1.2": (the_bank_speaks_tls_12, "the bank must speak nothing older"),
    "the client speaks TLS 1.2": (the_client_speaks_tls_12, "the client must speak nothing older"),
    "any name will do": (any_name_will_do, "check_hostname"),
    "any certificate will do": (any_certificate_will_do, "check_hostname"),
    "the bank trusts others, too": (the_bank_trusts_others_too, "the bank believes 2 authorities"),
    "the client trusts others, too": (the_client_trusts_others_too, "the client believes 2 authorities"),
    "two clients": (two_clients, "the first is for server_side=True"),
    "the other way round": (the_other_way_round, "the first is for server_side=True"),
}
