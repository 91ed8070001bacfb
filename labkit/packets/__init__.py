"""Frames, packets, segments and datagrams, read from their bytes.  Pure."""
