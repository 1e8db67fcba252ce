"""The gateway's work behind the scenes, which no request waits for: wiring only."""

from crm_chassis import green

green.patch()

from functools import partial

from crm_chassis import worker
from crm_chassis.config import read_settings
from crm_chassis.database import connect
from crm_contracts.topology import TOPOLOGY
from crm_gateway.audit import duties, exports
from crm_gateway.audit.exports import Exporter
from crm_gateway.config import Settings
from crm_gateway.consumers import subscriptions
from crm_gateway.edge.forwarding import Forwarder, expire, seal_anew
from crm_gateway.egress import Policy
from crm_gateway.jobs import files
from crm_gateway.jobs.runner import Runner, forget_old
from crm_gateway.operations import second_factor
from crm_gateway.operations.webhooks import PURPOSE
from crm_gateway.routing.operations import load_document
from crm_gateway.sealing import Sealer
from crm_gateway.webhooks.binding import Binding
from crm_gateway.webhooks.sender import Sender, purge


def timers(settings: Settings) -> tuple[worker.Timer, ...]:
    """Give all that is due again and again, each thing in a transaction of its own."""
    factors = Sealer(settings.master_keys, second_factor.PURPOSE)
    forwarder = Forwarder(settings, load_document())
    database = connect(settings)
    sender = Sender(database, Sealer(settings.master_keys, PURPOSE), Policy.parse(settings.egress_allowed))
    exporter = Exporter(Sealer(settings.master_keys, files.PURPOSE))
    runner = Runner(database, {exports.KIND: exporter.make})
    return (
        worker.Timer("forward_edge_messages", 0.5, forwarder.forward),
        worker.Timer("expire_edge_messages", 3600, expire),
        worker.Timer("seal_edge_anew", 600, partial(seal_anew, settings)),
        worker.Timer("seal_second_factors_anew", 600, partial(second_factor.seal_anew, sealer=factors)),
        worker.Timer("bind_webhooks", 1, Binding(settings).follow),
        worker.Timer("send_webhooks", 0.5, sender.send_due),
        worker.Timer("purge_webhooks", 600, purge),
        worker.Timer("run_jobs", 1, runner.look),
        worker.Timer("forget_jobs", 600, forget_old),
        worker.Timer("sign_audit", 300, partial(duties.sign, settings)),
        worker.Timer("retain_audit", 3600, partial(duties.retain, settings)),
    )


def main() -> None:
    """Consume and tick until SIGTERM."""
    settings = read_settings(Settings)
    worker.run(settings, subscriptions, TOPOLOGY, timers(settings))


if __name__ == "__main__":
    main()
