"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "no-await-before-the-name",
        "chat: the name is taken before anything is awaited, where two should get in",
        "chat",
        "    await directory.ask(name)                                 # its answer takes a while\n",
        "",
        ("chat", "solutions/chat"),
    ),
    Sabotage(
        "over-a-copy-in-chat",
        "chat: the broadcast with the bug goes over a copy",
        "chat",
        "    for member in members:\n        member.write(line)",
        "    for member in tuple(members):\n        member.write(line)",
        ("chat", "solutions/chat"),
    ),
    Sabotage(
        "eve-has-no-lid",
        "chat: eve, who should not read, has room for all",
        "chat",
        "LIMIT, evenings = 50,",
        "LIMIT, evenings = 500,",
        ("chat", "solutions/chat"),
    ),
)
