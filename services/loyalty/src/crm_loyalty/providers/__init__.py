"""What loyalty needs from outside its own tables."""
