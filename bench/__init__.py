"""Measuring Maître beside its yardsticks: only ratios inside one run count, because machines are shared and noisy."""
