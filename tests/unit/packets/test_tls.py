"""TLS as bytes: records, messages, hellos, and the keys of RFC 8448's example."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.packets.tls import keys, messages
from labkit.packets.tls.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    Record,
    is_tls,
    records,
)


def record(kind: int, body: bytes) -> bytes:
    return bytes([kind, 3, 3]) + len(body).to_bytes(2, "big") + body


def client_hello(name: str | None = "bank.example", protocols: tuple[str, ...] = ()) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname = name is not None
    if protocols:
        context.set_alpn_protocols(protocols)
    out = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name).do_handshake()
    return out.read()


# -- records


def test_a_stream_is_cut_into_records():
    stream = record(22, b"abc") + record(20, b"\1") + record(23, bytes(300))
    found = records(stream)
    assert [(each.kind, each.start, len(each.body)) for each in found] == [
        (HANDSHAKE, 0, 3),
        (CHANGE_CIPHER_SPEC, 8, 1),
        (APPLICATION_DATA, 14, 300),
    ]
    assert found[-1].end == len(stream)
    assert found[-1].header == stream[14:19]


@pytest.mark.parametrize(
    "rest", [b"", b"\x17", record(23, b"12345")[:-1], b"GET / HTTP/1.1\r\n", record(99, b"a")]
)
def test_what_is_cut_short_or_no_record_is_left_out(rest):
    assert len(records(record(22, b"abc") + rest)) == 1


def test_a_record_that_is_too_long_is_none():
    assert records(b"\x17\x03\x03\xff\xff" + bytes(65535)) == ()


@pytest.mark.parametrize(
    ("stream", "tls"),
    [
        (client_hello(), True),
        (record(22, b"\2abc"), True),
        (record(ALERT, b"\2\x28"), True),
        (b"", False),
        (b"\x16\x03\x01\x02", False),
        (b"GET / HTTP/1.1\r\n\r\n", False),
        (record(23, b"abc"), False),
        (record(22, b"\x0babc"), False),
    ],
)
def test_tls_is_told_by_how_it_begins(stream, tls):
    assert is_tls(stream) is tls


@given(st.binary(max_size=200))
def test_whatever_the_bytes_nothing_is_raised(data):
    is_tls(data)
    for start in (b"", b"\x16\x03\x03"):
        for found in records(start + data):
            for message in messages.messages(found.body):
                assert message.name
    for kind in (messages.CLIENT_HELLO, messages.SERVER_HELLO):
        hello = messages.hello(messages.Message(kind, data))
        assert isinstance(hello.server_name, str) and hello.version >= 0 and hello.protocols is not None
        assert len(hello.names) == len(hello.extensions)


# -- hellos


def test_a_client_hello_says_whom_it_asks_for():
    (found,) = records(client_hello())
    (message,) = messages.messages(found.body)
    hello = messages.hello(message)
    assert message.name == "ClientHello"
    assert hello.server_name == "bank.example"
    assert len(hello.random) == 32 and 0x1301 in hello.suites
    assert {"server_name", "supported_versions", "key_share"} <= set(hello.names)
    assert hello.protocols == ()


def test_a_client_hello_without_a_name_says_none():
    (found,) = records(client_hello(None))
    (message,) = messages.messages(found.body)
    assert messages.hello(message).server_name == ""


def test_the_protocols_that_are_offered():
    (found,) = records(client_hello(protocols=("h2", "http/1.1")))
    (message,) = messages.messages(found.body)
    assert messages.hello(message).protocols == ("h2", "http/1.1")


def test_a_retry_is_told_from_a_server_hello():
    body = b"\3\3" + bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
    assert messages.Message(2, body).name == "HelloRetryRequest"
    assert messages.Message(2, b"\3\3" + bytes(32)).name == "ServerHello"
    assert messages.Message(99, b"").name == "message 99"


def test_several_messages_in_one_record_and_one_that_is_cut():
    found = list(messages.messages(b"\x08\0\0\2ab" + b"\x14\0\0\1c" + b"\x0b\0\0\xff"))
    assert found == [messages.Message(8, b"ab"), messages.Message(20, b"c")]


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"\1\0", "close_notify"), (b"\2\x30", "unknown_ca"), (b"\2\xff", "alert 255"), (b"encrypted", "")],
)
def test_alerts_have_the_rfcs_names(body, said):
    assert messages.alert(body) == said


# -- keys: RFC 8448, section 3


@pytest.mark.parametrize(
    ("secret", "key", "iv"),
    [
        (
            "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
            "3fce516009c21727d0f2e4e86ee403bc",
            "5d313eb2671276ee13000b30",
        ),
        (
            "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
            "dbfaa693d1762c5b666af5d950258d01",
            "5bd3c71b836e0b76bb73265f",
        ),
    ],
)
def test_keys_are_those_of_the_rfcs_example(secret, key, iv):
    found = keys.key_and_iv(bytes.fromhex(secret), keys.SUITES[0x1301])
    assert [each.hex() for each in found] == [key, iv]


def test_each_record_has_a_nonce_of_its_own():
    iv = bytes.fromhex("5d313eb2671276ee13000b30")
    assert keys.nonce(iv, 0) == iv
    assert keys.nonce(iv, 1).hex() == "5d313eb2671276ee13000b31"
    assert len({keys.nonce(iv, number) for number in range(1000)}) == 1000


def test_a_key_log_is_read_and_what_is_none_is_passed_over():
    log = "# a comment\nSERVER_TRAFFIC_SECRET_0 0a0b 0c0d\nCLIENT_RANDOM 0a0b ff\nnot a line\nX zz 00\n\n"
    assert keys.keylog(log) == {b"\n\x0b": {"SERVER_TRAFFIC_SECRET_0": b"\x0c\r", "CLIENT_RANDOM": b"\xff"}}
    assert keys.keylog("") == {}


def test_a_record_is_a_value():
    assert Record(23, 5, b"ab") == Record(23, 5, b"ab")
