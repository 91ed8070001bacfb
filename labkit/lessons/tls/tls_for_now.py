"""Exercise, a bug hunt: CERT_NONE, "for now"."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.tls.meeting import told
from labkit.lessons.tls.papers import Papers
from labkit.running.patience import Patience
from labkit.words import say

_SHOWN = 'secure(sock, "authority.pem")'
_SECONDS = 10.0
_LOOK_S = 0.02


def _attacks() -> tuple[tuple[str, str, str], ...]:
    """What a server shows, who it is in words, and what is to be said to who takes it for the bank."""
    return (
        (
            "self-signed",
            say('mallory answers with a certificate for "bank" that she has signed with its own key'),
            say("anybody can make such a certificate in a second: only those of the authority count"),
        ),
        (
            "strange",
            say('mallory answers with a certificate for "bank" of an authority of her own'),
            say("anybody can make an authority: only the one in authority.pem counts"),
        ),
        (
            "shop",
            say("the shop answers, with its own good certificate of the same authority"),
            say(
                "the certificate is good, but for another name: say whom you mean, and let the name be checked"
            ),
        ),
        (
            "old",
            say("somebody answers with an old certificate of the bank's, which has expired"),
            say("its key may have been stolen since: leave the check of dates on"),
        ),
    )


def _for_now(tale: Tale, secure: Callable[..., Any]) -> None:
    papers = tale.keep(Papers())
    context = _the_bank(tale, papers, secure)
    for what, words, why in _attacks():
        _attack(tale, papers, secure, what, words, why)
    if (believed := context.cert_store_stats()["x509_ca"]) > 1:
        tale.fail(
            "all that is as it should be; but {shown} believes {n} authorities, and any of them can make a"
            ' certificate for "bank":\n'
            "trust authority.pem alone; without cafile= a default context has loaded those of the machine",
            shown=_SHOWN,
            n=believed,
        )


class _Answering:
    """A server at the other end of a pair of sockets: what it saw, and what it was asked for."""

    def __init__(
        self, tale: Tale, context: ssl.SSLContext, secure: Callable[..., Any], authority: str
    ) -> None:
        self.asked_for: str | None = None
        self.got = b""
        self.refused = ""

        def asked(sock: Any, name: str | None, context: ssl.SSLContext) -> None:
            self.asked_for = name

        context.sni_callback = asked
        ours, theirs = socket.socketpair()
        tale.keep(ours), tale.keep(theirs)
        self.running = tale.start(secure, theirs, authority, shown=_SHOWN)
        self.talk = tale.keep(context.wrap_socket(ours, server_side=True, do_handshake_on_connect=False))
        try:
            self._shake_hands(Patience(_SECONDS))
        except OSError as error:
            self.refused = told(error)
            self.talk.close()
            return
        self.talk.settimeout(_SECONDS)

    def _shake_hands(self, patience: Patience) -> None:
        """As far as the other end does; who has returned and said nothing more says nothing later."""
        self.talk.setblocking(False)
        while True:
            over = self.running.done
            try:
                self.talk.do_handshake()
                return
            except ssl.SSLWantReadError:
                if over or not patience.left():
                    raise
                select.select([self.talk], [], [], _LOOK_S)


def _the_bank(tale: Tale, papers: Papers, secure: Callable[..., Any]) -> ssl.SSLContext:
    answering = _Answering(tale, papers.server("bank"), secure, str(papers.path("authority")))
    error = answering.running.error()
    if isinstance(error, ssl.SSLCertVerificationError):
        tale.fail(
            "the bank itself answers, with its good certificate, and {shown} raised {error}:\n"
            "its authority is not among those of the system; load authority.pem, and trust it",
            shown=_SHOWN,
            error=f"{type(error).__name__}, {told(error)}",
        )
    talk = answering.running.finish()
    if not isinstance(talk, ssl.SSLSocket):
        tale.fail("{shown} should return a TLS socket, but returned {found!r}", shown=_SHOWN, found=talk)
    tale.keep(talk)
    try:
        talk.settimeout(_SECONDS)
        talk.sendall(b"hello")
        got = b"" if answering.refused else answering.talk.recv(100)
    except OSError:
        got = b""
    if got != b"hello":
        tale.fail(
            "the bank answers, and does not get what is sent on the socket that {shown} returned;\n"
            "the handshake must be over when it returns",
            shown=_SHOWN,
        )
    if answering.asked_for != "bank":
        tale.fail(
            'the bank answers, and its ClientHello names {name!r}, not "bank":\n'
            "a server with several names would not know which certificate to show; give server_hostname",
            name=answering.asked_for,
        )
    tale.did("the bank answers: it is asked for by its name, and gets {data!r}", data=b"hello")
    return talk.context


def _attack(tale: Tale, papers: Papers, secure: Callable[..., Any], what: str, words: str, why: str) -> None:
    answering = _Answering(tale, papers.server(what), secure, str(papers.path("authority")))
    error = answering.running.error()
    if error is None:
        talk = answering.running.finish()
        if not isinstance(talk, ssl.SSLSocket):
            tale.fail(
                "{who}, and {shown} returned {found!r}:\nit should raise an error, or whoever uses it goes on",
                who=words,
                shown=_SHOWN,
                found=talk,
            )
        tale.keep(talk)
        tale.fail("{who}, and {shown} takes that for the bank:\n{why}", who=words, shown=_SHOWN, why=why)
    if not isinstance(error, OSError):
        tale.fail(
            "{who}, and {shown} raised {error}{at}, which is no answer to that;\n"
            "let the handshake find it out, and raise what it raises",
            who=words,
            shown=_SHOWN,
            error=type(error).__name__,
            at=answering.running.at,
        )
    tale.did("{who}: refused, {code}", who=words, code=told(error))


EXERCISE = Exercise(
    id="tls-for-now",
    title="Verify, at three in the morning",
    story=_for_now,
    hints=(
        "Two questions are asked of a certificate: who has signed it, and is it for the name that I mean? A default"
        " context asks both. What does it lack to answer them here?",
        "ssl.create_default_context() takes cafile=, the path of an authority to trust. And wrap_socket() must be told"
        " whom you mean.",
        "context = ssl.create_default_context(cafile=authority)\n"
        '  return context.wrap_socket(sock, server_hostname="bank")',
    ),
    points=2,
    place=1,
    steps=5,
)
