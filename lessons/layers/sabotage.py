"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "protocol-says-more",
        "one of the four services sends something else than the others",
        "layers",
        "        self.transport.write(data)\n",
        "        self.transport.write(data)\n        self.transport.write(b'!')\n",
        ("layers",),
    ),
    Sabotage(
        "cancel-closes",
        "the cancelled task's connection is closed",
        "layers",
        "        reading.cancel()\n",
        "        reading.cancel()\n        writer.close()\n",
        ("layers",),
    ),
    Sabotage(
        "stop-aborts",
        "a server that closes ends its clients, too",
        "layers",
        "            running.close()\n",
        "            running.close()\n            writer.close()\n",
        ("layers",),
    ),
    Sabotage(
        "memory-of-one",
        "what a connection takes is divided among too many",
        "labkit/lessons/layers/holding.py",
        "    held += _connected(address, connections)\n",
        "    held += _connected(address, 1)\n",
        ("layers", "tests/unit/lessons/test_layers.py"),
    ),
)
