"""What `labkit.explain` must recognise, made live on the wire, and what looks alike and must not be taken for it."""
