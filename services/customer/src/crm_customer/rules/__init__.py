"""The business in its own words: pure functions, no clock, no database."""
