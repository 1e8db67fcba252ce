"""A yardstick: a pika consumer that does nothing but acknowledge, 200 at a time; prints its rate.

usage: python -m bench.bare URL QUEUE COUNT
"""

import sys
import time
from typing import Any

import pika

PREFETCH, AT_ONCE = 400, 200


def consume(url: str, queue: str, count: int) -> float:
    """Messages per second from the first to the last of *count*."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=PREFETCH)
    seen, started = 0, 0.0

    def acknowledge(_channel: Any, method: Any, _properties: Any, _body: bytes) -> None:
        nonlocal seen, started
        seen += 1
        if seen == 1:
            started = time.monotonic()
        if seen % AT_ONCE == 0 or seen == count:
            channel.basic_ack(method.delivery_tag, multiple=True)

    channel.basic_consume(queue, acknowledge)
    while seen < count:
        connection.process_data_events(time_limit=1)
    connection.close()
    return (count - 1) / (time.monotonic() - started)


if __name__ == "__main__":
    print(consume(sys.argv[1], sys.argv[2], int(sys.argv[3])))
