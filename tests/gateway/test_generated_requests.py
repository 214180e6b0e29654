"""Requests that schemathesis makes out of /openapi.json, good ones and bad ones: each is answered as it tells.

``EDATOOL_GENERATED`` says for how many seconds, 15 if it is not set.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import edatool
from tests.broker_fixtures import Vhost
from tests.gateway.serving import applied, serving, written
from tests.gateway.test_description import OLD, OLD_SCHEMA

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

SECONDS = os.environ.get("EDATOOL_GENERATED", "15")
MORE = """
  order.any: {exchange: orders, key: order.any}
  order.wrapped: {exchange: orders, key: order.wrapped, schema: order.json, cloudevents: structured}
"""
# What fits its contract is refused all the same where its Idempotency-Key was used for something else.
SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 404, 409, 422]
"""
MEANT_OTHERWISE = {
    "order.late": "its queue is full: 503",
    "order.noted": "what breaks its contract is published, with a warning",
}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> edatool.Routes:
    folder = tmp_path_factory.mktemp("spec")
    (folder / "old.json").write_text(OLD_SCHEMA)
    return written(folder, events=OLD.rstrip() + MORE)


def test_whatever_is_posted_is_answered_as_the_description_tells(
    shop: Vhost, routes: edatool.Routes, tmp_path: Path
) -> None:
    applied(routes, shop)
    (tmp_path / "settings.toml").write_text(SETTINGS)
    program = str(Path(sys.executable).with_name("schemathesis"))
    apart = [part for event in MEANT_OTHERWISE for part in ("--exclude-path", f"/events/{event}")]
    with serving(routes, shop.url) as url:
        command = [program, "--config-file", "settings.toml", "run", f"{url}/openapi.json", "--max-time", SECONDS]
        more = ["--suppress-health-check", "all", "--continue-on-failure", "--warnings", "off", "--no-color"]
        told = subprocess.run([*command, *more, *apart], check=False, cwd=tmp_path, capture_output=True, text=True)
    print(told.stdout)
    assert told.returncode == 0, told.stderr
