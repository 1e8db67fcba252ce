"""Loyalty's reads; they change nothing."""
