"""The gateway's process behind the scenes."""

import signal

from crm_chassis.testing import wait_until


def test_the_worker_consumes_its_inbox_and_ends_when_told(worker):
    process = worker.begin()
    wait_until(lambda: worker.says("consuming"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert worker.says("stopped")
