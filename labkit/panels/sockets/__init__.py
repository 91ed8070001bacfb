"""The socket tables of a network, live."""
