"""Tools of the project itself: running it here, its demo, its generated files."""
