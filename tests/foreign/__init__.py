"""CPython's own tests of its network modules, on hosts of a labkit network.

    python -m tests.foreign                                  all modules, on a host and across the wire
    python -m tests.foreign --on wire test_socket            one module, across the wire only
    python -m tests.foreign --only BasicTCPTest test_socket  the tests whose names have this in them

Each module runs plainly first, on the machine's loopback interface, then with `socket.socket` replaced by a class
whose sockets stand on hosts (`hostclass`):

    host   all on one host: 127.0.0.1, ::1 and localhost are that host's loopback interface
    wire   on two hosts: those names are the server's address, and what calls it stands on the client

A test that passes plainly must pass on hosts. One that does not is named, with the reason, in `known`; and what is
named there must not pass (unless a race decides), or the list would grow old. What differs runs three times more by
itself: a test that passes each of these times is told as unsteady, and fails nothing.

Needs an interpreter that has the standard library's tests (python.org's and pyenv's have, Debian's has not), and
namespaces: without either the status is 2, and it says which. The status is 1 where a test differs. It takes some ten
minutes.
"""
