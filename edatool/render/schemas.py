"""The JSON Schemas of all outputs in JSON, by the commands that print them."""

from collections.abc import Mapping
from importlib import import_module

from edatool.render.json_schema import Schema

OUTPUTS: Mapping[str, str] = {
    "broker": "node",
    "consume": "arrivals",
    "dead-letters-list": "dead_list",
    "dead-letters-replay": "rounds",
    "dead-letters-show": "messages",
    "diff": "diff",
    "doctor": "checkup",
    "drift": "drift",
    "explain": "rules",
    "filter-test": "filters",
    "inbox-status": "inbox",
    "ledger": "ledgers",
    "outbox-relay": "relayed",
    "outbox-status": "outbox",
    "peek": "messages",
    "plan": "plan",
    "publish": "receipts",
    "publish-dry-run": "dry_run",
    "route": "trace",
    "status": "status",
    "test": "tests",
    "validate": "findings",
}
"""The folder of what each command prints with ``--format json``."""


def schema_of(output: str) -> Schema:
    """Return the schema of an output, a name of ``OUTPUTS``."""
    found: Schema = import_module(f"edatool.render.{OUTPUTS[output]}.schema").SCHEMA
    return found
