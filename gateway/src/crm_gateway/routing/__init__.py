"""From a request to the operation it means, to the service that owns it, and back."""
