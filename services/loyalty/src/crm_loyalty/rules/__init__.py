"""The loyalty business in its own words: pure functions without clock, database or broker."""
