"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "for-now-verifies",
        "the client that should believe everybody verifies",
        "tls",
        "for_now.check_hostname, for_now.verify_mode = False, ssl.CERT_NONE",
        "for_now.check_hostname = False",
        ("tls", "solutions/tls"),
    ),
    Sabotage(
        "bank-does-not-demand",
        "the bank demands no certificate of the client",
        "tls",
        "demanding.verify_mode = ssl.CERT_REQUIRED",
        "demanding.verify_mode = ssl.CERT_OPTIONAL",
        ("tls", "solutions/tls"),
    ),
    Sabotage(
        "ticket-thrown-away",
        "the second handshake knows nothing of the first",
        "tls",
        "    session = talk.session ",
        "    session = None ",
        ("tls", "solutions/tls"),
    ),
)
