"""Lesson tls: its certificates, its handshakes in memory, and what it calls an error."""

from __future__ import annotations

import gc
import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme

from labkit.lessons.tls.certificates import self_signed
from labkit.lessons.tls.inmemory import shake
from labkit.lessons.tls.keys import KeyLog
from labkit.lessons.tls.meeting import told
from labkit.lessons.tls.papers import SHOWN, Papers
from labkit.lessons.tls.waiting import round_trips
from labkit.packets.tls.keys import keylog


@pytest.fixture
def papers():
    made = Papers()
    yield made
    made.close()


def client_of(papers):
    return ssl.create_default_context(cafile=str(papers.path("authority")))


CODES = {"bank": None, "self-signed": 18, "strange": 20, "shop": 62, "old": 10}


@pytest.mark.parametrize("what", SHOWN)
def test_each_certificate_meets_its_code(what, papers):
    shaken = shake(papers.server(what), client_of(papers))
    assert getattr(shaken.client, "verify_code", None) == CODES[what]
    assert shaken.done is (what == "bank")


def test_papers_are_files_that_go_with_them(papers):
    names = sorted(path.name for path in papers.folder.iterdir())
    assert names == ["alice.pem", "authority.pem", "bank.pem"]
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(papers.path("bank"))
    papers.close()
    assert not papers.folder.exists()


def test_a_client_without_a_certificate_is_refused_by_who_demands_one(papers):
    server = papers.server("bank")
    server.verify_mode = ssl.CERT_REQUIRED
    papers.ours.configure_trust(server)
    assert shake(server, papers.client(papers.ours)).done
    for authority in (None, papers.theirs):
        shaken = shake(server, papers.client(authority))
        assert not shaken.done and shaken.server is not None and shaken.client is None


def test_two_that_speak_no_common_version_part(papers):
    server, client = papers.server("bank"), papers.client(None)
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    assert shake(server, client).version == "TLSv1.2"
    client.minimum_version = ssl.TLSVersion.TLSv1_3
    assert not shake(server, client).done


def test_a_self_signed_certificate_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    self_signed("bank").configure_cert(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    assert list(tmp_path.iterdir()) == []


def test_certificates_are_valid_on_any_day():
    """trustme's, too: the lesson is true in fifty years."""
    from cryptography import x509

    for pem in (
        self_signed("bank").pem,
        trustme.CA().issue_cert("bank").cert_chain_pems[0].bytes(),
        trustme.CA().cert_pem.bytes(),
    ):
        certificate = x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE") :])
        assert certificate.not_valid_before_utc.year <= 2000 and certificate.not_valid_after_utc.year >= 2900


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_key_log_has_the_secrets_and_goes_with_its_object(papers, monkeypatch, in_memory):
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    elif not hasattr(os, "memfd_create"):
        pytest.skip("memfd_create is Linux's")
    client = client_of(papers)
    log = KeyLog(client)
    assert shake(papers.server("bank"), client).done
    (secrets,) = keylog(log.text).values()
    assert {"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"} <= set(secrets)
    assert all(len(line.split()) == 3 for line in log.lines) and len(log.lines) >= 4
    path = Path(client.keylog_filename)
    assert path.exists() and path.is_relative_to("/proc") is in_memory
    del log
    gc.collect()
    assert not path.exists() and (in_memory or not path.parent.exists())


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="memfd_create is Linux's")
def test_of_a_key_log_nothing_is_left_when_python_is_killed(tmp_path):
    program = (
        "import os, signal, ssl\nfrom labkit.lessons.tls.keys import KeyLog\n"
        "log = KeyLog(ssl.create_default_context())\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False
    )
    assert ended.returncode == -signal.SIGKILL and list(tmp_path.iterdir()) == []


def _error(kind, **values):
    error = kind(1, "words of a version")
    for name, value in values.items():
        setattr(error, name, value)
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (_error(ssl.SSLCertVerificationError, verify_code=62, reason="CERTIFICATE_VERIFY_FAILED"), "code 62"),
        (_error(ssl.SSLError, reason="TLSV1_ALERT_UNKNOWN_CA"), "alert unknown_ca"),
        (_error(ssl.SSLError, reason="TLSV13_ALERT_CERTIFICATE_REQUIRED"), "alert certificate_required"),
        (_error(ssl.SSLError, reason="UNSUPPORTED_PROTOCOL"), "unsupported_protocol"),
        (ConnectionResetError(), "connectionreseterror"),
    ],
)
def test_errors_have_words_that_no_version_changes(error, words):
    assert told(error) == words


def _said(source, departed, length=1, flags="P."):
    return SimpleNamespace(source=source, departed_ns=departed, length=length, flags=flags)


def _trace(*segments, end=100):
    calls = [SimpleNamespace(host="client", name="recv", end_ns=end)]
    return SimpleNamespace(segments=segments, calls=calls)


def test_round_trips_are_the_others_turns_until_the_answer():
    syn = _said("client", 0, 0, "S"), _said("bank", 1, 0, "S."), _said("client", 2, 0, ".")
    asked = _said("client", 3), _said("client", 4), _said("bank", 5), _said("bank", 6)
    later = _said("client", 200), _said("bank", 201)
    assert round_trips(_trace(*syn, *asked, *later)) == 2
    assert round_trips(_trace(*syn)) == 1
    assert round_trips(_trace()) == 0
