"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "tls-exit",
        "Situations from work",
        (
            Ask(
                "A test system has a self-signed certificate, and the client refuses it with code 18. What do you do?",
                right="give the client that certificate to trust",
                choices={
                    "give the client that certificate to trust": "Then it believes this one, and no other.",
                    "set CERT_NONE, as it is only a test": "The same code runs in production one day, and then anybody"
                    " can answer.",
                    "let a public authority sign the test system's address": "They do not sign for names that only you"
                    " know, and need not.",
                },
            ),
            Ask(
                "A server with mutual TLS 1.3 trusts its own department's authority alone. A client calls it with"
                " another department's certificate. The client's log says:"
                ' "TLS handshake complete", then an error. Where is the fault?',
                right="in the certificate: the refusal comes late",
                choices={
                    "in the certificate: the refusal comes late": "The client's handshake is over when it has said"
                    " Finished; the server looks afterwards.",
                    "in the server's program, as the handshake was good": "It never came to the program: the server's"
                    " handshake failed.",
                    "in the network: something cut the connection": "An alert came before the end, and says why.",
                },
            ),
            Ask(
                "Somebody has recorded a year of your TLS 1.3, and today steals the server's private key. What can be"
                " read of it?",
                right="nothing that was said",
                choices={
                    "nothing that was said": "The keys came from key exchanges that both ends have forgotten. But from"
                    " today on the thief can play the server.",
                    "all that was said": "That was so with the RSA key exchange, which TLS 1.3 has no more.",
                    "what was said since the certificate was made": "The certificate's key signs, and encrypts"
                    " nothing.",
                },
            ),
            Ask(
                "The client verifies, and `check_hostname` is off. Who can stand in the middle?",
                right="whoever has a good certificate",
                choices={
                    "whoever has a good certificate": "For whatever name: with the Internet's authorities that is"
                    " anybody with a domain.",
                    "nobody, since the signature is checked": "It says that the certificate is genuine, and not that it"
                    " is the bank's.",
                    "only who has the authority's private key": "That one could, too. But much less will do.",
                },
            ),
            Ask(
                "Each request makes a connection of its own, in TLS 1.3, 100 ms from the server. What helps most?",
                right="connections that stay open",
                choices={
                    "connections that stay open": "Two round trips less for each request: neither SYN nor hellos.",
                    "tickets, so that it is resumed": "They save certificates and computing, and no round trip.",
                    "smaller certificates": "They fit into the first flight already.",
                },
            ),
        ),
    ),
)
