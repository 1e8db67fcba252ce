"""What lies outside this service's database: the keys."""
