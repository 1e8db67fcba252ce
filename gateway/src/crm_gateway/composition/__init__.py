"""Answers made of several services' parts: found by the services' own marks, asked for at once, within one deadline."""
