"""What narrows the live stream."""

from crm_chassis.fields import Body, Text, Uuid
from crm_gateway.live.topics import NAMES


class StreamQuery(Body):
    """What a client wants to hear of."""

    topics = Text(
        200,
        metadata={
            "example": "guest,points",
            "description": f"Some of {', '.join(NAMES)}, separated by commas; absent: all that your role may follow",
        },
    )
    customer_id = Uuid(metadata={"description": "Only what is about this guest"})
