"""Equality of values of JSON."""

import json
from typing import Any


def same_json(one: Any, other: Any) -> bool:
    """Tell whether two values are the same in JSON, where true is not 1, as it is for Python."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
