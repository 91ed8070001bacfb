"""The solution of tls-for-now, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import ssl

import trustme


def secure(sock, authority):
    context = ssl.create_default_context(cafile=authority)
    return context.wrap_socket(sock, server_hostname="bank")


def for_now(sock, authority):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(sock, server_hostname="bank")


def only_the_machines_authorities(sock, authority):
    return ssl.create_default_context().wrap_socket(sock, server_hostname="bank")


def without_the_name(sock, authority):
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False
    return context.wrap_socket(sock, server_hostname="bank")


def calls_nobody_by_name(sock, authority):
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False
    return context.wrap_socket(sock)


def loads_it_and_does_not_ask(sock, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_verify_locations(authority)
    return context.wrap_socket(sock, server_hostname="bank")


def keeps_silent_about_it(sock, authority):
    try:
        return secure(sock, authority)
    except ssl.SSLError:
        return None


def shakes_no_hands(sock, authority):
    context = ssl.create_default_context(cafile=authority)
    return context.wrap_socket(sock, server_hostname="bank", do_handshake_on_connect=False)


def guesses_from_the_error(sock, authority):
    try:
        return secure(sock, authority)
    except ssl.SSLError as error:
        return {20: "no authority"}[error.verify_code]


def trusts_others_too(sock, authority):
    context = ssl.create_default_context(cafile=authority)
    trustme.CA().configure_trust(context)  # as those of the machine, where it has any
    return context.wrap_socket(sock, server_hostname="bank")


SOLUTION = secure
WRONG = {
    "for now": (for_now, "only those of the authority count"),
    "only the machine's authorities": (only_the_machines_authorities, "load authority.pem"),
    "without the name": (without_the_name, "for another name"),
    "calls nobody by name": (calls_nobody_by_name, "give server_hostname"),
    "loads it and does not ask": (loads_it_and_does_not_ask, "only those of the authority count"),
    "keeps silent about it": (keeps_silent_about_it, "it should raise an error"),
    "shakes no hands": (shakes_no_hands, "the handshake must be over when it returns"),
    "trusts others, too": (trusts_others_too, "trust authority.pem alone"),
    "guesses from the error": (guesses_from_the_error, "raise what it raises"),
}
