"""Who reads the queues is in no export of what a broker holds, and that is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edatool.checks.load import require_valid
from edatool.render.exports.asyncapi import asyncapi
from edatool.render.exports.definitions import definitions
from edatool.render.exports.exported import Exported, ToExport
from edatool.render.exports.kubernetes import kubernetes

SPEC = """\
edatool: 1
name: shop
events: {placed: {exchange: events, key: order.placed}}
exchanges: {events: {type: topic}}
queues: {orders: {type: quorum}}
bindings: [{queue: orders, events: [placed]}]
"""
READERS = """\
consumers: {shipping: {queue: orders, order: keep}}
triggers: {large-order: {events: [placed], run: [python, look.py]}}
"""
CONSUMERS_NOWHERE = "consumers (shipping): keep them in routes.yaml"
ACTIONS_NOWHERE = "actions of triggers (large-order): keep them in routes.yaml"


def notes(folder: Path, spec: str, export: Callable[[ToExport], Exported]) -> list[str]:
    (folder / "routes.yaml").write_text(spec)
    checked = require_valid(str(folder / "routes.yaml"), {}, errors_only=True)
    return [str(one.message) for one in export(ToExport(checked, cluster="rabbit")).notes]


@pytest.mark.parametrize(
    ("export", "consumers"),
    [
        (definitions, f"this export has no words for {CONSUMERS_NOWHERE}"),
        (kubernetes, f"the operator has no words for {CONSUMERS_NOWHERE}"),
        (asyncapi, "AsyncAPI has no words for concurrency, order and inboxes of consumers (shipping): "),
    ],
)
def test_consumers_and_actions_that_an_export_leaves_out_are_named(
    tmp_path: Path, export: Callable[[ToExport], Exported], consumers: str
) -> None:
    said = notes(tmp_path, SPEC + READERS, export)
    assert any(one.startswith(consumers) for one in said)
    assert any(one.endswith(f" has no words for {ACTIONS_NOWHERE}") for one in said)


@pytest.mark.parametrize("export", [definitions, kubernetes])
def test_where_none_are_declared_nothing_is_said(tmp_path: Path, export: Callable[[ToExport], Exported]) -> None:
    assert notes(tmp_path, SPEC, export) == []
