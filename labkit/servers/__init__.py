"""Complete servers that lessons end in: each runs alone (`python -m labkit.servers.chat`), and is read in one sitting.

They import Python's standard library and `labkit.framing`, nothing else of labkit: they know of no lab, and get their
listening socket from whoever starts them.
"""
