"""What a process gets from its parent unasked: signals that are ignored or blocked, and limits.

The notebook's are not the helper's: with SIGCHLD ignored (the line of every fork server) the kernel drops the ends of
programs before anybody has seen them, and 256 open files are few for a wire.  Programs get the limits back.
"""

from __future__ import annotations

import resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal

    Limits = dict[int, tuple[int, int]]
else:  # the same, and no enumerations to load
    import _signal as signal

_PYTHONS_OWN = (signal.SIGPIPE, signal.SIGXFSZ)  # ignored by every Python, so that a write raises an error


def leave_behind() -> Limits:
    """Take every signal as it comes, and as much as the hard limits allow; returns the limits as they were."""
    for number in signal.valid_signals():
        if number not in _PYTHONS_OWN and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # A set, for one has two names.
    kinds = {getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")}
    limits = {kind: resource.getrlimit(kind) for kind in kinds}
    for kind, (_, hard) in limits.items():
        resource.setrlimit(kind, (hard, hard))
    return limits


def give_back(limits: Limits) -> None:
    """For a program that is about to begin: the limits of whoever starts it, and signals as a shell leaves them."""
    for number in (signal.SIGINT, *_PYTHONS_OWN):
        signal.signal(number, signal.SIG_DFL)
    for kind, (soft, _) in limits.items():
        _, hard = resource.getrlimit(kind)  # somebody may have lowered it since (prlimit(1))
        resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY or 0 <= soft < hard else hard, hard))
