"""What a binding is labelled with."""

import json

from edatool.routing.topology import Binding


def label(one: Binding) -> str:
    """Return key and arguments, nothing for neither."""
    return one.key + (json.dumps(one.arguments, sort_keys=True) if one.arguments else "")
