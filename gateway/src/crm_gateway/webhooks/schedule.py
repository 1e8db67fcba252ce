"""When a delivery is tried again, and when an endpoint is left in peace (Standard Webhooks, "deliverability")."""

from datetime import timedelta

RETRIES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Pauses after each failed try: 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h; three days in all."""
PATIENCE = timedelta(days=3)
"""An endpoint that only fails for so long is switched off."""
TRIPPED_AT = 5
"""Failures one after the other that open the breaker."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)


def next_pause(attempts: int, jitter: float) -> timedelta | None:
    """Give the pause after so many tries, None after the last; ``jitter`` in 0..1 stretches it by up to a tenth."""
    if attempts > len(RETRIES):
        return None
    return RETRIES[attempts - 1] * (1 + jitter / 10)


def breaker_pause(failures: int) -> timedelta | None:
    """Give how long an endpoint is left in peace after so many failures in a row, None where the breaker is closed."""
    if failures < TRIPPED_AT:
        return None
    doubled = 1 << min(failures - TRIPPED_AT, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
