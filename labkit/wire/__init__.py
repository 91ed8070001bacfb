"""The helper process: namespaces, ports, the loop that is the wire, and the record that it writes.

Started by `labkit.network.helper` as a process of its own; nothing here imports the rest of labkit, nor what brings
`typing`, `enum` or `collections` along: each millisecond that a module takes to load, a new network takes to start.
So names for types alone are imported under a `TYPE_CHECKING` of the module's own, and sockets are `csocket`'s.

    a frame's way     ports, loop (what it does at once), switch, transit (what takes time), station
    what acts on it   cable (delay, rate, queue, loss), faults, judges and judge (which strikes), effects and
                      rewriting (what they do)
    on a router       boxes: NAT and firewall, between its port and the segment
    what stays        record (in memory), notes (what is written in it), tally (counts)
    the process       __main__, building; requests and channel (what the notebook asks, by its labkit.network.helper);
                      door and guests (others of the same user, by their labkit.network.doors)
    on the hosts      sockets, programs; csocket, namespaces, routes and netlink (how the kernel is told)
"""
