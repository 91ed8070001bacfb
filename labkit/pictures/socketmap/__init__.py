"""The sockets of several hosts and which belong together, as a picture."""
