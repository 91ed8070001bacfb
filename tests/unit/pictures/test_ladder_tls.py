"""A ladder of TLS: the records' names on the arrows, and a program's calls beside the frames with their bytes."""

from __future__ import annotations

import re

import pytest
from tls_samples import Conversation

from labkit.pictures.ladders import ladder


def conversation(folder, version="1.3", **more):
    return Conversation(folder, version, **more).shake().says(1, b"hello").says(2, b"world!").bye()


def rows(trace, **more):
    """{words on an arrow: (what stands left of it, what stands right of it)}, in order."""
    found = []
    for line in ladder(trace, states=False, fold=False, **more).text.splitlines():
        arrow = re.fullmatch("(.*)│([◀─].*[─▶])│(.*)", line)
        if arrow:
            found.append((arrow[2].strip("─ ▶◀"), arrow[1].strip(), arrow[3].strip()))
    return found


def test_names_stand_on_the_arrows_and_calls_beside_them(tmp_path):
    trace, _ = conversation(tmp_path).sample()
    assert rows(trace)[3:] == [
        ("ClientHello server.example", "do_handshake()┐", ""),
        ("ServerHello, CCS, 4 AppData", "returns ◀┘", ""),
        ("CCS, AppData", "", "do_handshake()"),
        ("2 AppData", "", ""),
        ("AppData", "sendall(5 bytes)", "recv(100) → 5"),
        ("AppData", "recv(100) → 6", "sendall(6 bytes)"),
        ("AppData", "unwrap()", "recv(100) → b''"),
        ("AppData", "", "unwrap()"),
    ]


def test_with_keys_the_inside_stands_in_brackets(tmp_path):
    trace, log = conversation(tmp_path).sample()
    assert [words for words, _, _ in rows(trace.with_keys(log))[3:]] == [
        "ClientHello server.example",
        "ServerHello, CCS, [Exts, Cert, Verify, Finished]",
        "CCS, [Finished]",
        "[2 Ticket]",
        '["hello"]',
        '["world!"]',
        "[close_notify]",
        "[close_notify]",
    ]


def test_of_chosen_frames_too(tmp_path):
    trace, log = conversation(tmp_path).sample()
    opened = trace.with_keys(log)
    chosen = ladder(opened, frames=opened.select(data=True)[4:]).text
    assert '["hello"]' in chosen and "ClientHello" not in chosen and "sendall(5 bytes)" in chosen


def test_in_tls_12_the_server_has_the_last_word_of_the_handshake(tmp_path):
    trace, _ = conversation(tmp_path, "1.2").sample()
    told = rows(trace)[3:]
    assert [words for words, _, _ in told[2:]] == [
        "ClientKeyExchange, CCS, Handshake",
        "Ticket, CCS, Handshake",
        "AppData",
        "AppData",
        "Alert",
        "Alert",
    ]
    assert [left for _, left, _ in told[:4]] == ["do_handshake()┐", "│", "│", "returns ◀┘"]
    assert told[2][2] == "do_handshake()"
    assert told[4][1:] == ("sendall(5 bytes)", "recv(100) → 5")
    assert told[6][1:] == ("unwrap()", "recv(100) → b''")


def test_certificates_of_other_sizes_give_the_same_text(tmp_path):
    texts = {
        ladder(conversation(tmp_path, jitter_ns=1_000_000, seed=seed).sample().trace).text
        for seed in range(8)
    }
    assert len(texts) == 1
    assert "seq 1:" not in texts.pop()


def test_a_calls_bytes_are_found_in_several_records(tmp_path):
    talk = Conversation(tmp_path).shake().says(1, b"x" * 40_000).says(1, b"end")
    trace, _ = talk.sample()
    sent = [act for act in _acts(trace) if act.call.name == "sendall"]
    big, small = (trace.frames[act.cause - 1] for act in sent)
    assert trace.tls()[-1].frame == small
    assert trace.tls()[-4].frame == big


def test_what_the_peers_calls_do_not_tell_is_guessed_by_size(tmp_path):
    """The peer is a program: only this end's calls are known."""
    trace, _ = conversation(tmp_path).sample()
    alone = trace._part(trace.frames, trace.layout)
    alone._calls = tuple(call for call in trace.calls if call.host == "client")
    told = {left: words for words, left, _ in rows(alone)[3:]}
    assert told["recv(100) → 6"] == "AppData"
    (read,) = [act for act in _acts(alone) if act.call.name == "recv"]
    assert read.release == trace.tls()[-3].frame.number


def _acts(trace):
    from labkit.pictures.ladders.story import tell

    return tell(trace).acts


def test_the_picture_says_the_names(tmp_path):
    trace, log = conversation(tmp_path).sample()
    shown = ladder(trace.with_keys(log), fold=False).svg
    assert "ClientHello server.example" in shown and "[Ticket" not in shown and "[2 Ticket]" in shown


def test_small_segments_of_tls_are_told_one_by_one_and_bulk_is_folded(tmp_path):
    talk = Conversation(tmp_path).shake()
    for _ in range(8):
        talk.says(1, b"hello")
    small = ladder(talk.sample().trace).text
    assert small.count("─ AppData ─") == 8
    bulk = ladder(Conversation(tmp_path, seed=1).shake().says(1, bytes(60_000)).sample().trace).text
    assert "segments, " in bulk


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_an_unfinished_handshake_has_not_returned(version, tmp_path):
    talk = Conversation(tmp_path, version)
    talk.client.context  # noqa: B018  # an end that has not begun
    trace, _ = talk.shake().sample()
    cut = trace._part(trace.frames[:4], trace.layout)
    cut._calls = tuple(call._replace(end_ns=None) for call in trace.calls if call.host == "client")
    assert "do_handshake() …" in ladder(cut).text
