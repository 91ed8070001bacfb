"""The helper process: namespaces, ports, the loop that is the wire, and the record that it writes.

Started by `labkit.network.network` as a process of its own; nothing here imports the rest of labkit.
"""
