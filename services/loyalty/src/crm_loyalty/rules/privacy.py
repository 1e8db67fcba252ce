"""What of loyalty's data is kept under a guest's own key."""

REASON = "entry_reason"
"""Why staff moved points by hand: free text, so it may name people."""
