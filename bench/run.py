"""`make bench`: measure, print the table, write bench/results.json.

    python -m bench.run [--smoke] [--only event_path|intake|gateway|live] [--rows 7,8,10] [--scale [1000000]]

The event path is measured on the servers of CRM_TEST_POSTGRES_URL and CRM_TEST_BROKER_URL, which `make bench` starts;
order intake on a whole suite with servers of its own. Rows that are not measured keep their last figures in the file.
"""

import argparse
import os
import sys
from typing import Any

from bench import event_path, gateway, intake, kernel, live
from bench.harness import Row, table, write

ROWS = {**dict.fromkeys(event_path.ROWS, "event_path"), "10": "gateway"}
"""Rows that can be asked for one by one, and what measures them."""

BACKLOGS = (10_000, 100_000, 1_000_000)


def main() -> int:
    """Run what was asked for; ``--smoke`` is seconds long, checks that all of it works and writes nothing."""
    options = arguments()
    rows: dict[str, Row] = {}
    figures: dict[str, Any] = {}
    for name, measure in (("event_path", path), ("intake", orders), ("gateway", hop), ("live", streams)):
        if not options.only or name in options.only:
            found, beside = measure(options)
            rows |= found
            figures |= beside
    if rows:
        print(table(rows))
    if not options.smoke:
        write(rows, figures)
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="seconds long, writes nothing")
    parser.add_argument("--only", choices=("event_path", "intake", "gateway", "live"), action="append")
    parser.add_argument("--rows", type=lambda text: text.split(","), help=f"of {', '.join(ROWS)}")
    parser.add_argument(
        "--scale", type=int, nargs="?", const=BACKLOGS[-1], help="only cost per event, from 10k up to so many waiting"
    )
    options = parser.parse_args()
    if unknown := set(options.rows or ()) - ROWS.keys():
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if options.rows:
        options.only = {ROWS[row] for row in options.rows}
    if options.scale:
        options.only = {"event_path"}
    return options


def path(options: argparse.Namespace) -> tuple[dict[str, Row], dict[str, Any]]:
    """Rows 7 and 8 and their neighbours; with ``--scale`` the cost per event at growing backlogs alone."""
    wanted = [row for row in options.rows or event_path.ROWS if row in event_path.ROWS]
    events, pairs = (1_000, 1) if options.smoke else (20_000, 3)
    if "8" in wanted and not options.scale:
        kernel.make()
    with event_path.prepared(os.environ["CRM_TEST_POSTGRES_URL"], os.environ["CRM_TEST_BROKER_URL"]) as bench:
        if options.scale:
            sizes = [size for size in BACKLOGS if size <= options.scale]
            return {}, {"cpu_us_by_backlog": event_path.scaling(bench, sizes)}
        return event_path.rows(bench, wanted, events=events, pairs=pairs)


def orders(options: argparse.Namespace) -> tuple[dict[str, Row], dict[str, Any]]:
    """Order intake, its latency, and the idle memory of the suite that takes it in."""
    if options.smoke:
        return intake.measure(known_guests=500, orders=500, pairs=1, seconds=1, is_whole=False)
    return intake.measure(known_guests=2_000, orders=5_000, pairs=3, seconds=20)


def hop(options: argparse.Namespace) -> tuple[dict[str, Row], dict[str, Any]]:
    """What the gateway adds to a call, beside a plain proxy and nginx."""
    count, pairs, seconds = (60, 1, 0.3) if options.smoke else (3_000, 3, 5.0)
    postgres, broker = os.environ["CRM_TEST_POSTGRES_URL"], os.environ["CRM_TEST_BROKER_URL"]
    return gateway.measure(postgres, broker, count=count, pairs=pairs, seconds=seconds), {}


def streams(options: argparse.Namespace) -> tuple[dict[str, Row], dict[str, Any]]:
    """How long until a thousand clients of the live stream know of an order, and what each costs."""
    clients, orders = (50, 5) if options.smoke else (1_000, 100)
    return {}, {"live": live.measure(clients=clients, orders=orders)}


if __name__ == "__main__":
    sys.exit(main())
