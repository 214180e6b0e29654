"""What tests of replacements begin with."""

import pytest

from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from tests.broker_fixtures import Vhost
from tests.change.replacing.queues import BEFORE, THEIRS
from tests.sessions import session_of


@pytest.fixture
def bound(vhost: Vhost) -> Vhost:
    """A vhost with the classic queue, bound by us and by others."""
    apply(plan_apply(BEFORE, None), session_of(vhost))
    body = {"routing_key": "", "arguments": THEIRS.arguments}
    vhost.api.post(f"/api/bindings/{vhost.quoted}/e/h/q/q", json=body).raise_for_status()
    return vhost
