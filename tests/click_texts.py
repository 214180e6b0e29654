"""For tests of texts that click has a part in: they are those of the version that a new installation gets."""

from importlib.metadata import version

import pytest

_SINCE = (8, 5)

with_texts_of_today = pytest.mark.skipif(
    tuple(int(part) for part in version("click").split(".")[:2]) < _SINCE,
    reason="click said some things in other words before 8.5",
)
