"""What the gateway does about the services' facts."""

from crm_chassis.consuming import Subscriptions

subscriptions = Subscriptions("gateway")
