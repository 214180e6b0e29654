"""apply killed with SIGKILL after each of its steps, and run again."""

import os
import signal
import subprocess
import sys

import pytest

from edatool.broker.address import Address, parse
from edatool.broker.live import read
from edatool.change import ledgers
from edatool.change.apply import Keeping, apply
from edatool.change.ledger import Signature
from edatool.change.plan import Plan, plan_apply
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from tests.broker_fixtures import Vhost
from tests.sessions import at

CLASSIC = {"x-queue-type": "classic"}
KEPT = Queue("kept", arguments=CLASSIC)
BEFORE = topology(
    [Exchange("events", "topic"), Exchange("old", "fanout"), Exchange("passing", "topic", auto_delete=True)],
    [KEPT, Queue("old", arguments=CLASSIC)],
    [
        Binding("events", "kept", key="a"),
        Binding("old", "old"),
        Binding("events", "old", to_exchange=True, key="#"),
        Binding("passing", "kept", key="x"),
    ],
    [Policy("p", "^kept", "queues", 1, {"max-length": 10}), Policy("old", "^old", "queues", 1, {"max-length": 10})],
)
AFTER = topology(
    [Exchange("events", "topic"), Exchange("new", "fanout"), Exchange("passing", "topic", auto_delete=True)],
    [KEPT, Queue("new", arguments=CLASSIC)],
    [
        Binding("events", "kept", key="b"),
        Binding("new", "new"),
        Binding("events", "new", to_exchange=True, key="#"),
        Binding("passing", "kept", key="y"),
    ],
    [Policy("p", "^kept", "queues", 1, {"max-length": 20}), Policy("new", "^new", "queues", 1, {"max-length": 10})],
)


def there(address: Address, vhost: str) -> Topology:
    found = read(at(address, vhost)).topology
    assert found is not None
    return found


def planned(address: Address, vhost: str, desired: Topology) -> tuple[Plan, Keeping]:
    known = ledgers.read(at(address, vhost), "shop")
    keeping = Keeping(known.ours, Signature("2026-11-25T12:00:00Z", "somebody@somewhere"))
    return plan_apply(desired, there(address, vhost), known.ownership), keeping


def apply_until(address: Address, vhost: str, step: int) -> None:
    """Apply AFTER in this process, which is killed once ``step`` steps are done."""
    plan, keeping = planned(address, vhost, AFTER)
    done = 0

    def count(_: object) -> None:
        nonlocal done
        done += 1
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    apply(plan, at(address, vhost), count, keeping=keeping)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_after_any_step_it_converges_when_run_again_and_the_ledger_is_right(vhost: Vhost) -> None:
    address = parse(vhost.url, vhost.management)
    plan, keeping = planned(address, vhost.name, BEFORE)
    apply(plan, at(address, vhost.name), keeping=keeping)
    steps = len(planned(address, vhost.name, AFTER)[0].steps)
    assert steps == 15
    for step in range(1, steps + 1):
        code = (
            "import sys; from edatool.broker.address import parse;"
            "from tests.change.test_killed import apply_until;"
            f"apply_until(parse(sys.stdin.readline().strip(), {vhost.management!r}), {vhost.name!r}, {step})"
        )
        killed = subprocess.run([sys.executable, "-c", code], input=vhost.url, text=True, check=False)
        assert killed.returncode == -signal.SIGKILL
        plan, keeping = planned(address, vhost.name, AFTER)
        assert plan.compared.foreign == topology()
        apply(plan, at(address, vhost.name), keeping=keeping)
        assert there(address, vhost.name) == AFTER
        ledger = ledgers.read(at(address, vhost.name), "shop").ours
        assert (ledger.objects, ledger.complete) == (AFTER, True)
        plan, keeping = planned(address, vhost.name, BEFORE)
        apply(plan, at(address, vhost.name), keeping=keeping)
        assert there(address, vhost.name) == BEFORE
