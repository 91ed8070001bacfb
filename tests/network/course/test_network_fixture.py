"""The fixture `network` in the tests of other people."""

from __future__ import annotations

pytest_plugins = ["pytester"]

# These runs have no notebooks: without this they start in a third of the time.
WITHOUT = ("-p", "no:nbval", "-p", "no:xdist", "-p", "no:hypothesispytest")
TESTS = """
import pytest

made = []

def ask(net):
    with net.client.socket() as sock:
        sock.connect(("server", 7))
        sock.sendall(b"hi")
        return sock.recv(100)

def test_echo(network):
    net = network()
    def echo(conn):
        conn.sendall(conn.recv(100))
    net.server.start(echo, port=7)
    assert ask(net) == b"hi"

def test_two_with_conditions(network):
    made.append(network("client", "server", delay_ms=5))
    made.append(network("one", "two", "three", hub=True))
    assert made[0].link.delay_ms == 5 and len(made[1].hosts) == 3

def test_they_were_closed():
    assert len(made) == 2 and all(net.closed for net in made)

def test_a_server_that_fails(network):
    net = network()
    def broken(conn):
        conn.recv(100)
        raise ValueError("no such word")
    net.server.start(broken, port=7)
    assert ask(net) == b""
    made.append(net)

def test_it_was_closed_too():
    assert len(made) == 3 and made[2].closed

def test_a_failure_that_was_asked_for_is_not_told_again(network):
    net = network()
    def broken():
        raise ValueError("no such word")
    with pytest.raises(ValueError):
        net.client.background(broken).result()
"""


def test_networks_are_closed_and_failures_beside_the_test_are_raised(pytester):
    pytester.makepyfile(TESTS)
    ran = pytester.runpytest_subprocess(*WITHOUT, "-v")
    ran.assert_outcomes(passed=6, errors=1)
    ran.stdout.fnmatch_lines(
        [
            "*test_a_server_that_fails ERROR*",
            "*ServiceError: broken on server:7 failed while serving 10.0.0.1:*ValueError: no such word*",
            "*in broken, line *raise ValueError*",
        ]
    )


def test_a_fixture_of_the_same_name_in_a_project_is_the_projects(pytester):
    pytester.makeconftest("import pytest\n\n@pytest.fixture\ndef network():\n    return 'ours'")
    pytester.makepyfile("def test_it(network):\n    assert network == 'ours'")
    pytester.runpytest_subprocess(*WITHOUT).assert_outcomes(passed=1)
