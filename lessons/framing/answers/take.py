"""Wrong orders, with words that each must be told."""

from __future__ import annotations

WRONG = {
    "takes one only": (
        (
            "def take(held):",
            "    messages = []",
            "    if len(held) >= 4:",
            '        size = int.from_bytes(held[:4], "big")',
            "        if len(held) < 4 + size:",
            "            break",
            "        messages.append(held[4:4 + size])",
            "        held = held[4 + size:]",
            "    return messages, held",
        ),
        "'break' outside loop",
    ),
    "takes the length for the message": (
        (
            "def take(held):",
            "    messages = []",
            "    while len(held) >= 4:",
            '        size = int.from_bytes(held[:4], "big")',
            "        if len(held) < 4 + size:",
            "            break",
            "        messages.append(held[:size])",
            "        held = held[4 + size:]",
            "    return messages, held",
        ),
        "should return ([b'hello'], b'')",
    ),
    "goes on before it takes": (
        (
            "def take(held):",
            "    messages = []",
            "    while len(held) >= 4:",
            '        size = int.from_bytes(held[:4], "big")',
            "        if len(held) < 4 + size:",
            "            break",
            "        held = held[4 + size:]",
            "        messages.append(held[4:4 + size])",
            "    return messages, held",
        ),
        "should return ([b'hello'], b'')",
    ),
    "never asks whether it is whole": (
        (
            "def take(held):",
            "    messages = []",
            "    while len(held) >= 4:",
            '        size = int.from_bytes(held[:4], "big")',
            "        messages.append(held[4:4 + size])",
            "        held = held[4 + size:]",
            "    return messages, held",
        ),
        "is not whole is kept",
    ),
}
