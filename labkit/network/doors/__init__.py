"""Into a network that another process of the same user has made: to find it, to run something on its hosts."""
