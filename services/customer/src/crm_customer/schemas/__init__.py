"""What the API accepts and returns: the one description of every body."""
