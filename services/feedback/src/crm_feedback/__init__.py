"""Owns what guests say: reviews, surveys, issues."""
