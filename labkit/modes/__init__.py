"""The three ways to run a lesson: on hosts of its own, on the machine's loopback interface, or from recordings."""
