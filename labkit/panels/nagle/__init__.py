"""The Nagle explorer: choose how a client writes, run it, compare."""
