"""What RabbitMQ counts of a message that consumers give back; it depends on the version."""

from dataclasses import replace

from edatool.frozen import frozen
from edatool.routing.version import Version

GOES_ALONG: Version = (4, 0, 0)
"""From here on a dead letter takes along how often quorum queues have given it up."""

FAILURES_APART: Version = (4, 3, 0)
"""From here on only ``reject`` counts as a failure, in classic queues too, and delivery limits look at failures."""


@frozen
class DeliveryCounts:
    """``returned`` is how often a message came back to the queue that it is in; ``failures`` go along when it dies."""

    returned: int = 0
    failures: int = 0

    def back(self, version: Version, *, failed: bool) -> "DeliveryCounts":
        """Count a return; ``failed`` where it was rejected."""
        return DeliveryCounts(self.returned + 1, self.failures + (failed and version >= FAILURES_APART))

    def up(self, version: Version, *, failed: bool, quorum: bool) -> "DeliveryCounts":
        """Count that a consumer gave it up."""
        counts = failed if version >= FAILURES_APART else quorum and version >= GOES_ALONG
        return replace(self, failures=self.failures + counts)

    def over(self, limit: int | None, version: Version) -> bool:
        """Tell whether it came back to a quorum queue more often than its delivery limit allows."""
        return limit is not None and (self.failures if version >= FAILURES_APART else self.returned) > limit

    def headers(self, version: Version) -> dict[str, int]:
        """Return what a quorum queue tells."""
        if version < GOES_ALONG:
            return {"x-delivery-count": self.returned}
        deliveries = self.returned or self.failures
        told = {"x-delivery-count": deliveries}
        if version >= FAILURES_APART:
            told = {"x-acquired-count": deliveries, "x-delivery-count": self.failures}
        return {name: count for name, count in told.items() if count}


NOT_BACK = DeliveryCounts()
