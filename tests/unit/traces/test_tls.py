"""TLS in a trace: its records in order, what begins in which frame, and what a key log opens."""

from __future__ import annotations

import random
import subprocess

import pytest
from cryptography.hazmat.primitives.ciphers import aead
from tls_samples import Conversation

from labkit.packets.tls import keys
from labkit.packets.tls.records import Record
from labkit.traces.decrypting import Opening
from labkit.traces.secured import Inner
from labkit.traces.trace import Trace

HANDSHAKE_13 = """\
client > server  Handshake        ClientHello for server.example
server > client  Handshake        ServerHello
server > client  ChangeCipherSpec
server > client  ApplicationData
server > client  ApplicationData
server > client  ApplicationData
server > client  ApplicationData
client > server  ChangeCipherSpec
client > server  ApplicationData
server > client  ApplicationData
server > client  ApplicationData"""

OPENED_13 = """\
client > server  Handshake        ClientHello for server.example
server > client  Handshake        ServerHello
server > client  ChangeCipherSpec
server > client  ApplicationData  [EncryptedExtensions]
server > client  ApplicationData  [Certificate]
server > client  ApplicationData  [CertificateVerify]
server > client  ApplicationData  [Finished]
client > server  ChangeCipherSpec
client > server  ApplicationData  [Finished]
server > client  ApplicationData  [NewSessionTicket]
server > client  ApplicationData  [NewSessionTicket]"""

HANDSHAKE_12 = """\
client > server  Handshake        ClientHello for server.example
server > client  Handshake        ServerHello
server > client  Handshake        Certificate
server > client  Handshake        ServerKeyExchange
server > client  Handshake        ServerHelloDone
client > server  Handshake        ClientKeyExchange
client > server  ChangeCipherSpec
client > server  Handshake
server > client  Handshake        NewSessionTicket
server > client  ChangeCipherSpec
server > client  Handshake"""


def test_in_tls_13_the_names_end_with_the_server_hello(tmp_path):
    assert str(Conversation(tmp_path).shake().sample().trace.tls()) == HANDSHAKE_13


def test_in_tls_12_a_certificate_can_be_read(tmp_path):
    assert str(Conversation(tmp_path, "1.2").shake().sample().trace.tls()) == HANDSHAKE_12


def test_with_the_keys_all_have_names(tmp_path):
    trace, log = Conversation(tmp_path).shake().sample()
    assert str(trace.with_keys(log).tls()) == OPENED_13
    assert str(trace.tls()) == HANDSHAKE_13  # which is another trace


def test_after_a_hello_retry_request_the_second_hellos_have_names_too(tmp_path):
    trace, log = Conversation(tmp_path, curve="secp384r1").shake().says(1, b"hello").sample()
    hellos = [each.names for each in trace.tls() if each.kind == "Handshake"]
    assert hellos == [("ClientHello",), ("HelloRetryRequest",), ("ClientHello",), ("ServerHello",)]
    assert trace.with_keys(log).tls()[-1].plain == b"hello"


def test_a_message_over_two_records_has_its_name_where_it_begins(tmp_path):
    trace, log = Conversation(tmp_path, names=1000).shake().says(1, b"hello").sample()
    opened = [each for each in trace.with_keys(log).tls() if each.source == "server" and each.inside]
    names = [name for each in opened for name in each.names]
    assert names[:4] == ["EncryptedExtensions", "Certificate", "CertificateVerify", "Finished"]
    assert [each.names for each in opened[1:3]] == [("Certificate",), ()] and opened[1].size > 16_000


def test_with_the_keys_what_was_said_is_read(tmp_path):
    trace, log = (
        Conversation(tmp_path).shake().says(1, b"password=tiger").says(2, b"\xff" * 50).bye().sample()
    )
    opened = trace.with_keys(log)
    said = [each.plain for each in opened.tls() if each.inside == "ApplicationData"]
    assert said == [b"password=tiger", b"\xff" * 50]
    assert [line.split("  ")[-1] for line in str(opened.tls()).splitlines()[-4:]] == [
        '["password=tiger"]',
        "[50 bytes]",
        "[close_notify]",
        "[close_notify]",
    ]
    assert all(each.plain is None and each.inside == "" for each in trace.tls())


def test_the_sizes_are_those_on_the_wire(tmp_path):
    trace, _ = Conversation(tmp_path).shake().says(1, b"x" * 100).sample()
    assert trace.tls()[-1].size == 117


@pytest.mark.parametrize("most", [1, 7, 100, 1460])
def test_in_whatever_segments_the_records_are_the_same(most, tmp_path):
    trace, log = Conversation(tmp_path).shake(most).sample()
    assert str(trace.tls()) == HANDSHAKE_13
    assert str(trace.with_keys(log).tls()) == OPENED_13


def test_what_begins_in_which_frame(tmp_path):
    trace, log = Conversation(tmp_path).shake().says(1, b"hello").sample()
    words = list(trace.tls_words.values())
    assert words == [
        "ClientHello server.example",
        "ServerHello, CCS, 4 AppData",
        "CCS, AppData",
        "2 AppData",
        "AppData",
    ]
    assert list(trace.with_keys(log).tls_words.values()) == [
        "ClientHello server.example",
        "ServerHello, CCS, [Exts, Cert, Verify, Finished]",
        "CCS, [Finished]",
        "[2 Ticket]",
        '["hello"]',
    ]


def test_a_frame_in_the_midst_of_a_record_says_so(tmp_path):
    trace, _ = Conversation(tmp_path).shake(100).sample()
    words = list(trace.tls_words.values())
    assert words[0] == "ClientHello server.example" and words[1] == "…"


def test_a_segment_that_is_sent_again_has_the_same_words(tmp_path):
    conversation = Conversation(tmp_path).shake()
    last = conversation.talk.frames[-1]
    conversation.talk.frames.append((last[0] + 300_000_000, *last[1:]))
    trace, _ = conversation.sample()
    first, again = list(trace.tls_words.values())[-2:]
    assert first == again == "2 AppData"
    assert len(trace.tls()) == HANDSHAKE_13.count("\n") + 1


def test_a_trace_that_begins_later_or_has_no_tls_has_no_records(tmp_path):
    trace, _ = Conversation(tmp_path).shake().says(1, b"hello").sample()
    assert Trace(trace.frames[5:]).tls() == ()
    assert Trace().tls() == ()
    assert Trace(trace.frames[5:]).tls_words == {}


def test_records_of_one_connection(tmp_path):
    trace, _ = Conversation(tmp_path).shake().sample()
    assert trace.tls(flow=1) == trace.tls()
    with pytest.raises(ValueError):
        trace.tls(flow=2)


# -- keys


@pytest.mark.parametrize("log", ["", "hello", None, b"CLIENT_RANDOM 00 00", "CLIENT_RANDOM zz 00"])
def test_what_is_no_key_log_is_refused(log):
    with pytest.raises(ValueError, match="keylog_filename"):
        Trace().with_keys(log)


def test_keys_of_another_conversation_open_nothing(tmp_path):
    trace, log = Conversation(tmp_path).shake().sample()
    other = "\n".join(" ".join((label, "00" * 32, secret)) for label, _, secret in map(str.split, lines(log)))
    assert str(trace.with_keys(other).tls()) == HANDSHAKE_13


def lines(log: str) -> list[str]:
    return [line for line in log.splitlines() if not line.startswith("#")]


def test_of_one_ends_keys_that_end_is_read(tmp_path):
    trace, log = Conversation(tmp_path).shake().says(1, b"ask").says(2, b"answer").sample()
    half = "\n".join(line for line in lines(log) if line.startswith("CLIENT_"))
    inside = [
        (each.source, each.plain) for each in trace.with_keys(half).tls() if each.inside == "ApplicationData"
    ]
    assert inside == [("client", b"ask")]


def test_a_changed_record_is_not_opened_and_the_next_are_not_either(tmp_path):
    trace, log = Conversation(tmp_path).shake().says(1, b"one").says(1, b"two").sample()
    frames = list(trace.frames)
    place = next(n for n, frame in enumerate(frames) if frame.number == trace.tls()[-2].frame.number)
    data = frames[place].data
    frames[place] = frames[place]._replace(data=data[:-1] + bytes([data[-1] ^ 1]))
    changed = Trace(frames, hosts=trace.hosts, addresses=trace.addresses)
    # The receiver ends the conversation there (bad_record_mac); the number of the next is that of this one.
    assert [each.plain for each in changed.with_keys(log).tls()[-2:]] == [None, None]


def test_tls_12_stays_closed(tmp_path):
    trace, log = Conversation(tmp_path, "1.2").shake().says(1, b"hello").sample()
    assert trace.with_keys(log).tls()[-1].plain is None


@pytest.mark.parametrize("number", keys.SUITES)
def test_every_suite_and_a_key_update(number):
    suite = keys.SUITES[number]
    chance = random.Random(number)
    first, second = chance.randbytes(48 if suite.hash == "sha384" else 32), chance.randbytes(32)
    hello = Record(22, 0, b"\1\0\0\x22\3\3" + b"r" * 32)
    answer = Record(
        22, 0, b"\2\0\0\x2e\3\3" + bytes(33) + number.to_bytes(2, "big") + b"\0\0\6\0\x2b\0\2\3\4"
    )

    def seal(secret, count, plain):
        key, iv = keys.key_and_iv(secret, suite)
        cipher = getattr(aead, suite.cipher)(key)
        empty = Record(23, 0, bytes(len(plain) + 16))
        return Record(23, 0, cipher.encrypt(keys.nonce(iv, count), plain, empty.header))

    finished, update = b"\x14\0\0\1f\x16", b"\x18\0\0\1\1\x16"
    sent = [
        hello,
        Record(20, 0, b"\1"),
        seal(first, 0, finished[:3] + b"\x16"),
        seal(first, 1, finished[3:]),
        seal(second, 0, b"one\x17"),
        seal(second, 1, b"two\x17\0\0\0"),
        seal(
            second, 2, finished
        ),  # of a client that was asked for its certificate later (RFC 8446, section 4.6.2)
        seal(second, 3, update),
        seal(keys.updated(second, suite), 0, b"three\x17"),
    ]
    secrets = {keys.CLIENT_HANDSHAKE: first, keys.CLIENT_TRAFFIC: second}
    ours, theirs = Opening({b"r" * 32: secrets})(sent, [answer])
    assert [each and each.content for each in ours] == [
        None,
        None,
        finished[:3],
        finished[3:-1],
        b"one",
        b"two",
        finished[:-1],
        update[:-1],
        b"three",
    ]
    assert ours[4] == Inner(23, b"one") and theirs == [None]


# -- files


def test_keys_are_saved_with_the_trace(tmp_path):
    trace, log = Conversation(tmp_path).shake().says(1, b"hello").sample()
    trace.with_keys(log).save(tmp_path / "x.pcapng", epoch_ns=0)
    loaded = Trace.load(tmp_path / "x.pcapng")
    assert loaded == trace and loaded.keys == log
    assert loaded.tls()[-1].plain == b"hello"
    trace.save(tmp_path / "y.pcapng", epoch_ns=0)
    assert Trace.load(tmp_path / "y.pcapng").keys == ""


@pytest.mark.program("tshark")
def test_wireshark_reads_what_was_said_with_the_keys_in_the_file(tmp_path):
    trace, log = Conversation(tmp_path).shake().says(1, b"password=tiger").sample()

    def seen(trace):
        trace.save(tmp_path / "x.pcapng", epoch_ns=0)
        command = ["tshark", "-r", str(tmp_path / "x.pcapng"), "-q", "-z", "follow,tls,ascii,0"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    assert "password=tiger" in seen(trace.with_keys(log))
    assert "password=tiger" not in seen(trace)
