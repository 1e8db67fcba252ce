"""Who may see what: roles, and the classes of data that each of them sees (RULES G2).

Which role may call which operation stands at the operation (``@allow``); which class of data a field belongs to stands
at the field (``x-data-class`` in the schemas). This table joins the two; nothing else decides.
"""

CONTACT, DIETARY, SPEND, BOOKINGS, NOTES, LOYALTY, ENGAGEMENT = DATA_CLASSES = (
    "contact",  # raw e-mail addresses, numbers and postal addresses
    "dietary",  # allergies and diets (GDPR Art. 9)
    "spend",  # money: orders, lifetime value, averages
    "bookings",  # reservations and what was asked for with them
    "notes",  # staff and VIP notes
    "loyalty",  # points, tiers, rewards
    "engagement",  # campaigns, messages, reviews, surveys of one guest
)

SEES: dict[str, tuple[str, ...]] = {
    "owner": DATA_CLASSES,
    "manager": DATA_CLASSES,
    "marketing_manager": (SPEND, LOYALTY, ENGAGEMENT),
    "host": (CONTACT, DIETARY, BOOKINGS, NOTES, LOYALTY),
    "till": (LOYALTY,),
    "booking_system": (),
}

STAFF_ROLES = ("owner", "marketing_manager", "manager", "host")
KEY_ROLES = ("till", "booking_system")


def sees(role: str) -> tuple[str, ...]:
    """Give the classes of data that a role sees; none for one that is not known."""
    return SEES.get(role, ())
