"""The solution of true-probe, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from time import monotonic


def probe(host, address, seconds=1.0, whole=True, once=False, looks=True, hangs_up="cut off"):
    ends = monotonic() + seconds
    with host.socket() as sock:
        try:
            sock.settimeout(seconds)
            sock.connect(address)
            sock.sendall(b"fetch 100\n")
            answer = b""
            while len(answer) < 104:
                sock.settimeout(max(ends - monotonic(), 0.001) if whole else seconds)
                piece = sock.recv(104 - len(answer))
                if not piece:
                    return hangs_up
                answer += piece
                if once:
                    break
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "no answer"
        except OSError:
            return "cut off"
    return "well" if not looks or answer[:4] == (100).to_bytes(4, "big") else "wrong answer"


def as_given(host, address, seconds=1.0):
    with host.socket() as sock:
        sock.settimeout(seconds)
        try:
            sock.connect(address)
        except OSError:
            return "refused"
    return "well"


def asks_and_does_not_listen(host, address, seconds=1.0):
    with host.socket() as sock:
        sock.settimeout(seconds)
        try:
            sock.connect(address)
            sock.sendall(b"fetch 100\n")
        except OSError:
            return "refused"
    return "well"


def all_is_refused(host, address, seconds=1.0):
    found = probe(host, address, seconds)
    return found if found == "well" else "refused"


def one_recv(host, address, seconds=1.0):
    return probe(host, address, seconds, once=True)


def less_is_cut_off(host, address, seconds=1.0):
    """One recv(), and what is not all is taken for the end."""
    ends = monotonic() + seconds
    with host.socket() as sock:
        sock.settimeout(seconds)
        try:
            sock.connect(address)
            sock.sendall(b"fetch 100\n")
            answer = sock.recv(104)
        except TimeoutError:
            return "no answer"
        except OSError:
            return "refused"
    if len(answer) < 104:
        return "cut off"
    return "well" if monotonic() < ends else "no answer"


def time_for_each_byte(host, address, seconds=1.0):
    return probe(host, address, seconds, whole=False)


def takes_any_length(host, address, seconds=1.0):
    return probe(host, address, seconds, looks=False)


def half_is_enough(host, address, seconds=1.0):
    return probe(host, address, seconds, hangs_up="well")


SOLUTION = probe
WRONG = {
    "as given": (as_given, "its kernel has shaken hands"),
    "asks, and does not listen": (asks_and_does_not_listen, "only a question and its answer tell"),
    "all is refused": (all_is_refused, "a service whose program does nothing"),
    "one recv": (one_recv, "before all 104 bytes were there"),
    "less is cut off": (less_is_cut_off, "One recv() may give less than all"),
    "time for each byte": (time_for_each_byte, "not the next byte of it"),
    "takes any length": (takes_any_length, "no client can read that answer"),
    "half is enough": (half_is_enough, "before all 104 bytes were there"),
}
