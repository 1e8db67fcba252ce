"""Owns what is sent to guests and what came of it; never contact details beyond the moment of sending."""
