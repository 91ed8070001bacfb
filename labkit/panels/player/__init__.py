"""The ladder player: step through a trace in time."""
