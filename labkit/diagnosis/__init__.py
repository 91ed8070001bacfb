"""What a machine allows: facts, what follows from them, and the command that mends what is missing."""
