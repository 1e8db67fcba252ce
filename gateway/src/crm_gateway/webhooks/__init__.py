"""Webhooks out (Standard Webhooks): events to addresses that owners register, signed, at least once (ADR 0015).

``types`` says which events there are and what an endpoint's patterns mean, ``intake`` makes deliveries of events,
``binding`` has the broker hand us those that somebody wants, ``sender`` sends what is due.
"""
