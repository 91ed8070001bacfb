"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-router": {
        "nothing: TCP has a checksum": "It is a sum that everybody can compute. Who changes the data writes a new one.",
        "its headers alone": "The data stand behind them, as open to whoever has the segment in hand.",
        "anything": "A NAT changes addresses and ports and mends the checksums; nothing but honesty stops it there.",
    },
    "recall-before-login": {
        1: "connect() sends a SYN without data: TCP could carry some (Fast Open), but few let it.",
        2: "SYN and SYN-ACK. The third, the client's ACK, leaves when connect() returns, before sendall() is called.",
        3: "SYN, SYN-ACK, ACK: one round trip, before anything can be said. Count on: TLS will add to it.",
    },
    "tls-still-readable": {
        "nothing at all": "Somebody has to begin before there are keys: the hellos are readable, and the first says"
        " whom it calls.",
        "the name of the bank": "It stands in the ClientHello (SNI), before there are any keys. Encrypted ClientHello"
        " hides it, where both ends speak that.",
        "the bank's certificate": "In TLS 1.2 it was. In 1.3 keys are there after the hellos, and the certificate"
        " comes later.",
    },
    "tls-length": {
        "yes": "16 letters more are 16 bytes more: TLS hides what is said, and not how much, unless programs pad it.",
        "no": "Each record is as long as what is in it, and 22 bytes. TLS 1.3 may pad records, but OpenSSL does not"
        " unless it is told to.",
    },
    "tls-who-ends": {
        "the bank: it knows the date": "It shows what it was given. OpenSSL looks at no dates of its own certificate.",
        "the client": "It is the client that has to decide whether to believe.",
        "nobody: there is a warning": "Browsers ask a person. A program has nobody to ask, so it ends the handshake.",
    },
    "tls-told-why": {
        "nothing: the connection ends": "It could be so, and some programs do it. TLS has a message for it, and"
        " OpenSSL sends it.",
        "that it has expired": "The alert certificate_expired, number 45: so the keeper of the server can see it, too.",
        "that something was wrong": "That is what it hears of a wrong name, for which there is no alert. For dates"
        " there is one.",
    },
    "tls-for-now-reads": {
        "nothing: it is encrypted": "It is, with keys that mallory has: she is the one with whom the client agreed on"
        " them.",
        "read it": "That she can. And since she is the one who passes it on, she can pass on something else.",
        "read it and change it": "For the client she is the bank, for the bank she is the client.",
    },
    "tls-for-now-notices": {
        "the client": "It gets the answer that it expects: she changes that back.",
        "the bank": "It gets an order in a good TLS conversation, with alice's password.",
        "nobody": "Both see a conversation without a fault. What would have noticed was switched off.",
    },
    "tls-copied": {
        "code 20": "Her certificate is signed by somebody whom the client does not trust.",
        "code 62": 'The name was right: she wrote "bank" herself. It is the signature that she cannot make.',
        "the bank's answer": "Mallory is still the one who answers, and the client asks who she is now.",
    },
    "tls-shops-key": {
        "nobody: it verifies": "It verifies that somebody of the authority's is there. Not who.",
        "the shop": "She can, and may. But this client does not look at the name, so she can be anybody.",
        "the shop and the bank": "Every holder of a good certificate of that authority is the bank to this client.",
    },
    "tls-no-certificate": {
        "do_handshake()": "It was so in TLS 1.2. In 1.3 the client is done when it has sent its Finished, before the"
        " bank has looked.",
        "sendall()": "It hands bytes to the kernel, and returns. At that time the bank has not even seen that there"
        " is no certificate.",
        "recv()": "The alert comes in the answer's place, a round trip after the client's handshake was over.",
    },
    "tls-second-record": {
        "the certificate": "Behind EncryptedExtensions, and before CertificateVerify and Finished.",
        "the greeting for alice": "Alice has not said yet who she is: that is in the client's next segment.",
        "the keys": "Keys never cross the wire: both ends compute them from the hellos.",
    },
    "tls-round-trips": {
        2: "The hellos take one of their own: before it there are no keys for the question.",
        3: "SYN, hellos, question: the client's Finished and its question leave together.",
        4: "So it is in TLS 1.2, where the client waits for the bank's Finished before it asks.",
    },
    "tls-resumed": {
        "a round trip": "The hellos have to be exchanged all the same. Only early data, sent before, would save it.",
        "the certificate": "Both prove that they know the secret of the last time: no certificate, and no signature.",
        "both": "The question still waits for the bank's hello, unless it is sent as early data.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-router": "anything",
    "recall-before-login": "3",
    "tls-still-readable": "the name of the bank",
    "tls-length": "yes",
    "tls-who-ends": "the client",
    "tls-told-why": "that it has expired",
    "tls-for-now-reads": "read it and change it",
    "tls-for-now-notices": "nobody",
    "tls-copied": "code 20",
    "tls-shops-key": "the shop and the bank",
    "tls-no-certificate": "recv()",
    "tls-second-record": "the certificate",
    "tls-round-trips": "3",
    "tls-resumed": "the certificate",
}
