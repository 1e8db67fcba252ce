"""Numbered migrations of the loyalty service's database."""
