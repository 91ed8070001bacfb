"""How long a message between the notebook and the wire's process may be."""

MAX_MESSAGE = 200_000  # bytes
