"""Tests of CPython's that pass plainly, do not on hosts, and need not: each with its reason."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """Tests that differ for one reason.

    on      where: "host", "wire", or both, with a space between
    why     the reason
    tests   their ids, with spaces between; one that this Python has not, or that does not pass plainly, counts as none
    races   True where chance decides: they may pass, too
    """

    on: str
    why: str
    tests: str
    races: bool = False


_LOOPS = ("SelectEventLoopTests", "PollEventLoopTests", "EPollEventLoopTests")
_SERVERS = ("", "_ssl", "_ssl_verified", "_ssl_verify_failed", "_ssl_match_failed")

KNOWN = (
    Known(
        "host wire",
        "a host's socket says in its repr where it is and in which state: other words, on purpose",
        "test.test_socket.GeneralModuleTests.test_repr",
    ),
    Known(
        "host wire",
        "getnameinfo() is asked by way of Python, for code on a host: its error's traceback has the arguments",
        "test.test_socket.GeneralModuleTests.testRefCountGetNameInfo",
    ),
    Known(
        "wire",
        "it expects the text 127.0.0.1 of getsockname() or of the caller's address, and the hosts have their own",
        "test.test_socket.CreateServerTest.test_address "
        + " ".join(
            f"test.test_asyncio.test_events.{loop}.test_create_server{kind}"
            for loop in _LOOPS
            for kind in _SERVERS
        ),
    ),
    Known(
        "wire",
        "it asks the machine's resolver for the name of the server's address, which that does not know",
        "test.test_socket.GeneralModuleTests.test_host_resolution",
    ),
    Known(
        "wire",
        "it expects HOST in the name that TLS sends, and an address is not sent there (RFC 6066, section 3)",
        "test.test_ssl.SimpleBackgroundTests.test_get_server_certificate_sni",
    ),
    Known(
        "wire",
        "it wraps the caller in TLS before it connects: an SSLSocket then, which cannot be moved to the client",
        "test.test_ssl.ThreadedTests.test_handshake_timeout test.test_ssl.ThreadedTests.test_server_accept",
    ),
    Known(
        "wire",
        "it expects a RST to have arrived when close() has returned: so it is on a loopback interface, not on a wire",
        "test.test_ssl.TestPreHandshakeClose.test_preauth_data_to_tls_server",
        races=True,
    ),
)


def known(on: str) -> dict[str, Known]:
    """The entries, by the ids of the tests that differ there."""
    return {test: entry for entry in KNOWN if on in entry.on.split() for test in entry.tests.split()}
