"""What the monitored server takes for a request, and what it writes into its log."""

from __future__ import annotations

import asyncio

import pytest

from labkit.servers.monitored import Refused, Request, answer, line, understand


@pytest.mark.parametrize(
    ("asked", "request_", "answered"),
    [
        ("ECHO good  morning ", Request("ECHO", "good  morning "), "good  morning "),
        ("ECHO hi\r", Request("ECHO", "hi"), "hi"),
        ("SUM 1", Request("SUM", numbers=(1,)), "1"),
        ("SUM 1 -2 003", Request("SUM", numbers=(1, -2, 3)), "2"),
        ("SUM " + " ".join(["9" * 18] * 100), Request("SUM", numbers=(10**18 - 1,) * 100), str(10**20 - 100)),
        ("WAIT 1", Request("WAIT", numbers=(1,)), "waited 1 ms"),
    ],
)
def test_a_request(asked, request_, answered):
    assert understand(asked) == request_
    assert asyncio.run(answer(request_)) == answered


@pytest.mark.parametrize(
    "number", ["", "+7", "1_000", "１２", "1e3", "0x10", " 1", "1.0", "٣", "9" * 19, "9" * 5000]
)
def test_what_is_no_number(number):
    with pytest.raises(Refused, match="SUM takes 1 to 100 whole numbers"):
        understand(f"SUM {number}")


@pytest.mark.parametrize("wait", ["", "-1", "1001", "1 2", "ten"])
def test_what_is_no_wait(wait):
    with pytest.raises(Refused, match="WAIT takes milliseconds, 0 to 1000"):
        understand(f"WAIT {wait}")


@pytest.mark.parametrize("asked", ["", "ECHO", "ECHO ", "echo hi", "HELP", "SUMS 1", " SUM 1"])
def test_what_is_no_request(asked):
    with pytest.raises(Refused, match="I know ECHO words"):
        understand(asked)


@pytest.mark.parametrize("asked", ["ECHO \x1b[2J", "ECHO a\tb", "ECHO a\r\r", "SUM 1\x00"])
def test_what_a_terminal_would_obey(asked):
    with pytest.raises(Refused, match="printable characters only"):
        understand(asked)


def test_more_numbers_than_it_takes():
    with pytest.raises(Refused):
        understand("SUM " + " ".join("1" * 101))


def test_a_line_of_the_log():
    fields = {"client": "10.0.0.2:51234", "reason": "left", "seconds": 1.23456, "requests": 3}
    assert line("close", fields, now=1_000_000_000.5) == (
        "2001-09-09T01:46:40.500Z close client=10.0.0.2:51234 reason=left seconds=1.235 requests=3"
    )


@pytest.mark.parametrize("value", ["two words", 'a" reason="fine', "a\nb", "\x1b[2J", "", "a=b", "é"])
def test_a_value_that_somebody_chose_can_forge_nothing(value):
    written = line("failed", {"request": value, "reason": "x"}, now=0)
    assert "\n" not in written and written.isprintable() and written.isascii()
    _, rest = written.split(" failed request=")
    assert rest.startswith('"') and rest.endswith('" reason=x')
