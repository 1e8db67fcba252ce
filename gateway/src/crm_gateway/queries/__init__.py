"""What is read of the gateway's own tables."""
