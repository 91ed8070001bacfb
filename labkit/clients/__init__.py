"""Complete clients that lessons end in: each runs alone (`python -m labkit.clients.reliable`), and is short.

They import Python's standard library and `labkit.framing`, nothing else of labkit: they know of no lab, and are given
a function that connects.
"""
