"""The broker in memory does what RabbitMQ does, step by step: random topologies, and what clients do with them.

After each step all queues hold as many messages on both, and at the end the same ones, in the same order, with the same
headers. What is said of more topologies than these: EDATOOL_STEPS_TOPOLOGIES=1000.
"""

import os
import random
from itertools import count

import pytest

from edatool.broker.address import parse
from edatool.broker.publish.publishing import Publishing
from edatool.errors import WrongUsage
from tests.broker_fixtures import Vhost
from tests.testing.both import GoesRound, TooSlow, both
from tests.testing.drawn import steps_of, topology_of

TOPOLOGIES = int(os.environ.get("EDATOOL_STEPS_TOPOLOGIES", "40"))
SEED = int(os.environ.get("EDATOOL_STEPS_SEED", "20261129"))
TICK = 150
SLOWEST = 4800


def difference(vhost: Vhost, publishing: Publishing, seed: int, tick: int) -> list[object]:
    """Return the seed, the topology, the steps and what was different at the last one; nothing where nothing was."""
    draw = random.Random(seed)
    made, steps = topology_of(draw, tick), steps_of(draw)
    done = count()
    try:
        with both(made, vhost, publishing, tick) as pair:
            for step in steps:
                next(done)
                pair.do(step)
            pair.compare()
    except (GoesRound, WrongUsage):
        pass  # before RabbitMQ 3.13; up to here all was alike
    except (AssertionError, TooSlow) as error:
        if isinstance(error, TooSlow) and tick < SLOWEST:
            return difference(vhost, publishing, seed, tick * 2)
        return [seed, made.queues, list(made.bindings.values()), steps[: next(done)], repr(error)[:3000]]
    return []


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_random_topologies_behave_alike_step_by_step(vhost: Vhost) -> None:
    publishing = Publishing(parse(vhost.url), vhost.name)
    different = [difference(vhost, publishing, SEED + number, TICK) for number in range(TOPOLOGIES)]
    publishing.close()
    assert [one for one in different if one] == []
