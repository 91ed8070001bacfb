"""Exercise: a server's context and a client's, which the checker attacks."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.tls.inmemory import Shaken, shake
from labkit.lessons.tls.meeting import told
from labkit.lessons.tls.papers import Papers
from labkit.words import say

_SHOWN = 'contexts("bank.pem", "alice.pem", "authority.pem")'


def _contexts(tale: Tale, contexts: Callable[..., Any]) -> None:
    papers = tale.keep(Papers())
    made = tale.call(contexts, *map(str, map(papers.path, ("bank", "alice", "authority"))), shown=_SHOWN)
    if not (
        isinstance(made, (tuple, list))
        and len(made) == 2
        and all(isinstance(one, ssl.SSLContext) for one in made)
    ):
        tale.fail("{shown} should return two SSLContexts, but returned {found!r}", shown=_SHOWN, found=made)
    server, client = made
    _meet(tale, server, client)
    for who, context in ((say("the bank"), server), (say("the client"), client)):
        if (believed := context.cert_store_stats()["x509_ca"]) > 1:
            tale.fail(
                "{who} believes {n} authorities: whoever has a certificate of any of them is taken for good;\n"
                "load authority.pem alone: a default context without cafile= has loaded those of the machine",
                who=who,
                n=believed,
            )
    _attack_the_bank(tale, papers, server)
    _attack_the_client(tale, papers, client)


def _meet(tale: Tale, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    try:
        shaken = shake(server, client)
    except (ValueError, ssl.SSLError) as error:
        tale.fail(
            "alice calls the bank, and a context cannot be used: {error};\n"
            'the first is for server_side=True, the second for server_hostname="bank"',
            error=f"{type(error).__name__}: {error}".split(" (_ssl")[0],
        )
    if not shaken.done:
        who, refusal = (
            (say("the client"), shaken.client) if shaken.client else (say("the bank"), shaken.server)
        )
        tale.fail(
            "alice calls the bank, both with good certificates, and {who} refuses: {error};\n"
            "each needs a certificate of its own to show, and the authority to trust",
            who=who,
            error=told(refusal) if refusal else say("nobody said why"),
        )
    tale.did(
        "alice calls the bank: {data!r} arrives, over {version}", data=shaken.got, version=shaken.version
    )


def _attack_the_bank(tale: Tale, papers: Papers, server: ssl.SSLContext) -> None:
    attacks: tuple[tuple[str, ssl.SSLContext, str], ...] = (
        (
            say("a client without a certificate calls the bank"),
            papers.client(None),
            say(
                "the bank must demand one: verify_mode of its context asks, and CERT_OPTIONAL takes no for an answer"
            ),
        ),
        (
            say("mallory calls, with a certificate for alice of an authority of her own"),
            papers.client(papers.theirs),
            say("only certificates of authority.pem count"),
        ),
        (
            say("a client with a good certificate calls, and speaks TLS 1.2 at most"),
            _old(papers.client(papers.ours)),
            say("the bank must speak nothing older than TLS 1.3: minimum_version"),
        ),
    )
    for words, client, why in attacks:
        _refused(tale, words, shake(server, client), say("the bank lets it in"), why)


def _attack_the_client(tale: Tale, papers: Papers, client: ssl.SSLContext) -> None:
    attacks: tuple[tuple[str, ssl.SSLContext, str], ...] = (
        (
            say("the shop answers in the bank's place, with a good certificate of the same authority"),
            papers.server("shop"),
            say(
                "it is for another name: the client must compare it with the one that it means, check_hostname"
            ),
        ),
        (
            say('mallory answers, with a certificate for "bank" of an authority of her own'),
            papers.server("strange"),
            say("only certificates of authority.pem count"),
        ),
        (
            say("somebody answers with an old certificate of the bank's, which has expired"),
            papers.server("old"),
            say("leave the check of dates on"),
        ),
        (
            say("the bank answers, and speaks TLS 1.2 at most"),
            _old(papers.server("bank")),
            say("the client must speak nothing older than TLS 1.3: minimum_version"),
        ),
    )
    for words, server, why in attacks:
        _refused(tale, words, shake(server, client), say("the client goes on"), why)


def _old(context: ssl.SSLContext) -> ssl.SSLContext:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _refused(tale: Tale, words: str, shaken: Shaken, else_: str, why: str) -> None:
    if shaken.done:
        tale.fail("{who}, and {found}:\n{why}", who=words, found=else_, why=why)
    tale.did("{who}: refused", who=words)


EXERCISE = Exercise(
    id="tls-contexts",
    title="Build two contexts that hold",
    story=_contexts,
    hints=(
        "Each side needs three things: a certificate to show, an authority to trust, and the will to ask for the"
        " other's certificate. A client's context asks by itself, a server's does not.",
        "load_cert_chain(path) is what it shows, load_verify_locations(path) whom it trusts. For the server set"
        " verify_mode; for both set minimum_version.",
        "server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); server.load_cert_chain(bank)\n"
        "  server.load_verify_locations(authority); server.verify_mode = ssl.CERT_REQUIRED\n"
        "  client = ssl.create_default_context(cafile=authority); client.load_cert_chain(alice)\n"
        "  server.minimum_version = client.minimum_version = ssl.TLSVersion.TLSv1_3",
    ),
    points=2,
    place=2,
    steps=8,
)
