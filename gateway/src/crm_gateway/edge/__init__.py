"""The public edge: what guests' mail clients, browsers and providers send us, kept safe until its service has it."""
