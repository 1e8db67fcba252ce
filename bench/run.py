"""`make bench`: measure, print the table, write bench/results.json.

    python -m bench.run [--smoke] [--only event_path|intake] [--scale]

Servers are those of CRM_TEST_POSTGRES_URL and CRM_TEST_BROKER_URL, which `make bench` starts for itself.
"""

import argparse
import os
import sys

from bench import event_path
from bench.harness import Row, table, write


def main() -> int:
    """Run what was asked for; ``--smoke`` is seconds long, checks that all of it works and writes nothing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--scale", action="store_true", help="cost per event from 10k to 1M events (long)")
    options = parser.parse_args()
    rows: dict[str, Row] = {}
    figures: dict[str, dict[str, float]] = {}
    with event_path.prepared(os.environ["CRM_TEST_POSTGRES_URL"], os.environ["CRM_TEST_BROKER_URL"]) as bench:
        found, cpu = event_path.rows(bench, events=1000 if options.smoke else 20_000, pairs=1 if options.smoke else 3)
        rows |= found
        figures |= cpu
        if options.scale:
            figures["cpu_us_by_backlog"] = event_path.scaling(bench, [10_000, 100_000, 1_000_000])
    print(table(rows))
    if not options.smoke:
        write(rows, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
