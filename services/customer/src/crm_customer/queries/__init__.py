"""Reads: they return plain data and change nothing."""
