"""Drift for programs."""

from json import dumps

from edatool.change.drift import Attached, Changed, Drift, Shadowed
from edatool.render.changes import change_fields, difference_fields
from edatool.render.drift.shown import ShownDrift
from edatool.render.objects import object_fields

FORMAT_VERSION = 1


def json(shown: ShownDrift) -> str:
    """Return what drifted as JSON; the keys are part of the format, whose version is ``format_version``."""
    drifted = shown.drifted
    return dumps(
        {
            "format_version": FORMAT_VERSION,
            "last_apply": {"serial": drifted.ledger.serial, "complete": drifted.ledger.complete},
            "drifts": [_fields(one) for one in drifted.drifts],
            "unapplied": [change_fields(one) for one in drifted.unapplied],
            "shadowed": [_shadowed_fields(one) for one in drifted.shadowed],
        },
        indent=2,
    )


def _fields(one: Drift) -> dict[str, object]:
    fields: dict[str, object] = {"drift": type(one).__name__.lower(), **object_fields(one.object)}
    if isinstance(one, Changed):
        fields["differences"] = difference_fields(one.differences)
    if isinstance(one, Attached):
        fields["owner"] = one.owner
    return fields


def _shadowed_fields(one: Shadowed) -> dict[str, object]:
    setting = one.setting
    return {
        "queue": one.object.name,
        "setting": setting.name,
        "holds": {"source": setting.holds.source, "value": setting.holds.value},
        "without_effect": [{"source": each.source, "value": each.value} for each in setting.without_effect],
    }
