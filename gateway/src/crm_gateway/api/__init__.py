"""The gateway's own resources."""
