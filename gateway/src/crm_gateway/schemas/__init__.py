"""What the gateway's own API takes and gives, a module for each resource."""
