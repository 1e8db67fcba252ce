"""Owns the points ledger, tiers, rewards and referrals."""
