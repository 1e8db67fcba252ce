"""Numbered migrations of the feedback service's database."""
