"""What runs on a mystery's hosts: programs that know nothing of labkit."""
