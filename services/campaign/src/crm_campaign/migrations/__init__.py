"""Numbered migrations of the campaign service's database."""
