"""The packet list of the ladder player: all frames in rows, a filter, the words of a conversation, a file to keep."""
