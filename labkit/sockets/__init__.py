"""Sockets of a host, what they are told on a timeline, and the kernel's table of them."""
