"""Owns segments and who is in them; never contact details."""
