"""Wrong orders, with words that each must be told."""

from __future__ import annotations

WRONG = {
    "takes one only": (
        (
            "def take(held):",
            "    messages, start = [], 0",
            "    if len(held) >= start + 4:",
            '        end = start + 4 + int.from_bytes(held[start:start + 4], "big")',
            "        if len(held) < end:",
            "            break",
            "        messages.append(held[start + 4:end])",
            "        start = end",
            "    return messages, held[start:]",
        ),
        "'break' outside loop",
    ),
    "takes the length for the message": (
        (
            "def take(held):",
            "    messages, start = [], 0",
            "    while len(held) >= start + 4:",
            '        end = start + 4 + int.from_bytes(held[start:start + 4], "big")',
            "        if len(held) < end:",
            "            break",
            "        messages.append(held[start:end])",
            "        start = end",
            "    return messages, held[start:]",
        ),
        "should return ([b'hello'], b'')",
    ),
    "goes on before it takes": (
        (
            "def take(held):",
            "    messages, start = [], 0",
            "    while len(held) >= start + 4:",
            '        end = start + 4 + int.from_bytes(held[start:start + 4], "big")',
            "        if len(held) < end:",
            "            break",
            "        start = end",
            "        messages.append(held[start + 4:end])",
            "    return messages, held[start:]",
        ),
        "should return ([b'hello'], b'')",
    ),
    "never asks whether it is whole": (
        (
            "def take(held):",
            "    messages, start = [], 0",
            "    while len(held) >= start + 4:",
            '        end = start + 4 + int.from_bytes(held[start:start + 4], "big")',
            "        messages.append(held[start + 4:end])",
            "        start = end",
            "    return messages, held[start:]",
        ),
        "is not whole is kept",
    ),
}
