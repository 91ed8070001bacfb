"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "fin-instead-of-silence-in-failure",
        "the server whose power fails and comes back says goodbye before the cable is cut",
        "labkit/lessons/failure/partings.py",
        "        self.host.link.cut()\n        with self.net",
        "        with self.net",
        ("failure", "solutions/failure"),
    ),
    Sabotage(
        "answer-arrives-in-failure",
        "the first answer of the shop is not lost",
        "failure",
        'booked[:], net.link.faults = [], [Drop(sender="server", data=True)]\nwith net.server.start(shop,',
        "booked.clear()\nwith net.server.start(shop,",
        ("failure", "solutions/failure"),
    ),
    Sabotage(
        "nat-forgets-sooner-in-failure",
        "the NAT forgets between two signs of life",
        "failure",
        "idle_s=1.5)",
        "idle_s=0.05)",
        ("failure", "solutions/failure"),
    ),
    Sabotage(
        "deadline-not-handed-on-in-failure",
        "the layers do not hand the deadline on",
        "failure",
        "(left if deadline else 60)",
        "60",
        ("failure", "solutions/failure"),
    ),
)
