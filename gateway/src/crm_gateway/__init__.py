"""The one door: staff and till identity, roles, routing to the services, and the OpenAPI document of the whole."""
