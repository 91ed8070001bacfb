"""Hosts, the cables between them, and what is captured there."""
