"""The ways to serve a connection: a thread each, an event loop, a socketserver."""
