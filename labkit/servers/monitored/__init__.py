"""A server that can be run: limits, statistics, a log that helps, and a restart that nobody notices.

    python -m labkit.servers.monitored --port 4200       the server
    nc 127.0.0.1 4200                                    a client: type SUM 1 2 3
    nc 127.0.0.1 4201                                    its statistics, also when it is full

**The protocol.**  A request is a line in UTF-8, and so is the reply, one for each, in order.

    a client says            the server says
    ECHO good morning        OK good morning
    SUM 1 2 3                OK 6
    WAIT 100                 OK waited 100 ms, after that time
                             NO and the reason: it was no request, it came too soon, or the answer failed
                             BYE and the reason, before the server closes by itself

**What is promised.**  A request that the server has read is replied to, or counted as lost.  Every connection and every
request ends for one reason, so the counters add up (`Statistics.adds_up`).  When it stops, it takes those who are
connected already, and replies to what it has read.

**A restart without a gap.**  `--handover PATH`: a second one with the same path gets the listening sockets from the
first, which then serves those it has to their end, and goes.

The files, from the inside: `limits`, `bucket`, `requests`, `latencies`, `statistics`, `log` (these open no socket),
`connection` (one client), `farewell`, `accepting`, `server`, `handover`.
"""

from labkit.servers.monitored.bucket import Bucket, Buckets
from labkit.servers.monitored.latencies import Latencies
from labkit.servers.monitored.limits import Limits
from labkit.servers.monitored.log import line
from labkit.servers.monitored.requests import Refused, Request, answer, understand
from labkit.servers.monitored.server import Server
from labkit.servers.monitored.statistics import OUTCOMES, REASONS, Statistics

__all__ = [
    "OUTCOMES",
    "REASONS",
    "Bucket",
    "Buckets",
    "Latencies",
    "Limits",
    "Refused",
    "Request",
    "Server",
    "Statistics",
    "answer",
    "line",
    "understand",
]
