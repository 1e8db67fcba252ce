"""What can happen with a guest, by the names that their timeline gives it."""

ORDERS = ("order_open", "order_paid", "order_void", "order_refunded")
BOOKINGS = ("reservation_booked", "reservation_seated", "reservation_completed", "reservation_cancelled",
            "reservation_no_show")  # fmt: skip
PEOPLE = ("registered", "merged")
KINDS = (*ORDERS, *BOOKINGS, *PEOPLE)
