"""Equality of values of JSON."""

import json
from typing import Any


def same_json(one: Any, other: Any) -> bool:
    """Tell whether two values are the same in JSON, where true is not 1, as it is for Python."""
    # Most are written alike: to sort the keys of both takes several times as long.
    return repr(one) == repr(other) or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
