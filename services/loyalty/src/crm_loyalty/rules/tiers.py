"""The steps of the programme; for now every member stands on the first."""

FIRST_TIER = "bronze"
