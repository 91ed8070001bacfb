"""What a mode lacks, said as an error that says what to do instead."""

from __future__ import annotations

INSTEAD = "`python -m labkit doctor` says what gives the full mode on this machine"


class Unavailable(RuntimeError):
    """Something that the full mode (namespaces) has and this mode has not."""


class NeedsHosts(Unavailable):
    """Needs hosts of its own with cables between them; there are none in the modes loopback and recorded."""


class NeedsCapture(Unavailable):
    """Needs the right to capture on the loopback interface; there is none in the mode recorded."""


class NeedsLinux(Unavailable):
    """Needs what only Linux tells, in whatever mode."""
