"""Running code that is not ours: threads, output, bounds, children."""
