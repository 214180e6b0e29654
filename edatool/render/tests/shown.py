"""The results of routing tests as they are shown."""

from edatool.frozen import frozen
from edatool.routing.suite import Suite


@frozen
class ShownSuite:
    """How the tests of the spec of this name ended."""

    suite: Suite
    spec: str
