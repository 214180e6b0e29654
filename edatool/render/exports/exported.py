"""What an export is made of, and what it gives: the text, and what the format has no words for."""

from collections.abc import Iterable

from edatool.counted import few
from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.spec.spec import Spec

UNSAID = "W421"


@frozen
class ToExport:
    """A spec, with what some formats have to be told: the name of the RabbitmqCluster, the document's own version."""

    routes: Routes
    cluster: str = ""
    version: str = "1.0.0"

    @property
    def vhost(self) -> str:
        """The vhost that the spec is for."""
        return self.routes.spec.vhost or "/"


@frozen
class Exported:
    """The text in another format; each note (W421) says what of the spec is not in it."""

    text: str
    notes: tuple[Finding, ...] = ()


def unsaid(format_name: str, what: str, names: Iterable[str], way_out: str) -> list[Finding]:
    """Return a note on what a format has no words for, none where nothing is concerned."""
    every = list(dict.fromkeys(names))
    if not every:
        return []
    return [Finding(UNSAID, f"{format_name} has no words for {what} ({few(every)}): {way_out}")]


def unsaid_readers(format_name: str, spec: Spec) -> list[Finding]:
    """Return notes on who reads the queues, for formats of what a broker holds."""
    way_out = "keep them in routes.yaml"
    return [
        *unsaid(format_name, "consumers", spec.consumers, way_out),
        *unsaid(format_name, "producers", spec.producers, way_out),
        *unsaid(format_name, "actions of triggers", spec.triggers, way_out),
        *unsaid(format_name, "sources of webhooks", spec.sources, way_out),
        *unsaid(format_name, "SOAP services", spec.soap, way_out),
        *unsaid(format_name, "deliveries", spec.deliveries, way_out),
    ]
