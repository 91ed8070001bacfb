"""Calls for tests, written as people read them: `call("client", "send", "5 bytes", 0, 1, "5")`."""

from __future__ import annotations

import re

from labkit.traces.calls import RECEIVING, SENDING, Call


def _address(text):
    found = re.fullmatch(r"\[?([^\]]*)\]?:(\d+)", text)
    return (found[1], int(found[2])) if found else (text or None)


def call(
    host, name, args="", begin_ns=0, end_ns=None, result="", error="", before="", after="", *ends, **more
):
    """A call with these arguments and this result, given in the words of `Call.args` and `Call.result`."""
    size = moved = address = None
    said = code = ""
    tries = 0
    if sent := re.fullmatch(r"(\d+) bytes(?: to (.*))?", args):
        size, address = int(sent[1]), _address(sent[2] or "")
    elif name in RECEIVING and args:
        asked, _, said = args.partition(", ")
        size = int(asked)
    elif name in ("connect", "connect_ex", "bind"):
        address = _address(args)
    else:
        said = args
    if again := re.fullmatch(r"(\d+) times", result):
        tries = int(again[1])
    elif name == "accept":
        address = _address(result)
    elif name in SENDING + RECEIVING and result:
        came = re.fullmatch(r"(\d+)(?: from (.*))?", result)
        moved, address = int(came[1]), _address(came[2]) if came[2] else address
    else:
        code = result
    values = dict(size=size, moved=moved, address=address, said=said, code=code, tries=tries)
    told = Call(host, name, begin_ns, end_ns, **values, error=error, before=before, after=after)
    return told._replace(**dict(zip(("local", "peer", "socket_id"), ends, strict=False)), **more)
