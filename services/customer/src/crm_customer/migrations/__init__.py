"""Numbered migrations of the customer service's database."""
