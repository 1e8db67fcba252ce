"""The demo restaurant: lifelike guests and three years of their orders, the same for the same seed and day."""
