"""The network without namespaces: real sockets on loopback addresses, and their packets from the loopback interface."""
