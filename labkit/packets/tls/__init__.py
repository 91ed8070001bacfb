"""TLS as it stands in a TCP stream: records, the messages in them, and, for who has the keys, what is inside."""
