"""A source of the spec, ready to take requests: what becomes of each."""

from collections.abc import Mapping, Sequence

from edatool.contracts.payload import PayloadLimits, Violation, parse
from edatool.filters.content import MISSING, Content
from edatool.frozen import frozen
from edatool.spec.sources import SpecMapping, SpecSource
from edatool.webhooks.form import is_form, parse_form
from edatool.webhooks.mapping import PayloadMapping, compiled, mapped
from edatool.webhooks.paths import Names, read_path, value_at
from edatool.webhooks.request import WebhookRequest
from edatool.webhooks.scheme import Scheme, scheme_of
from edatool.webhooks.signature import refusal

LONGEST_ID = 128
"""The most bytes of a request's id: with the name of the source it has to fit into a message id."""
_LIMITS = PayloadLimits()


@frozen
class BadSignature:
    """The signature is not good; ``reason`` is for who runs the source."""

    reason: str


@frozen
class WebhookUnfit:
    """It is signed, and no event of the source."""

    violation: Violation


@frozen
class WebhookIgnored:
    """It is signed, and the source leaves it aside; ``kind`` is what stands where events are told apart."""

    kind: str


@frozen
class WebhookChallenge:
    """The sender asks whether this is the right place, and wants to read ``answer``."""

    answer: str


@frozen
class WebhookEvent:
    """The event that a request to a source becomes.

    ``payload`` is of plain JSON values; ``id`` is the message id, None where a request has none of its own.
    """

    event: str
    payload: object
    id: str | None


WebhookOutcome = WebhookEvent | WebhookIgnored | WebhookChallenge | WebhookUnfit | BadSignature


@frozen
class Webhook:
    """A source with its paths read; see ``SpecSource``. A request becomes an event, with a payload that is so made."""

    source: SpecSource
    scheme: Scheme
    by: Names | None
    id: Names | None
    events: Mapping[str, tuple[str, PayloadMapping]]
    otherwise: tuple[str, PayloadMapping] | None

    @property
    def is_slack(self) -> bool:
        """Whether requests are signed as Slack does: it wants answers of its own."""
        return self.source.signature.style == "slack"

    def receive(
        self, request: WebhookRequest, keys: Sequence[bytes], now: float, limits: PayloadLimits = _LIMITS
    ) -> WebhookOutcome:
        """Say what becomes of a request that comes at ``now``, in seconds since 1970; never raises."""
        reason = refusal(self.scheme, keys, request, now, self.source.signature.tolerance)
        return self.unsigned(request, limits) if reason is None else BadSignature(reason)

    def unsigned(
        self, request: WebhookRequest, limits: PayloadLimits = _LIMITS
    ) -> WebhookEvent | WebhookIgnored | WebhookChallenge | WebhookUnfit:
        """Say what becomes of a request, whoever signed it; never raises."""
        read = parse_form if is_form(request.headers) else parse
        data = read(request.body, limits)
        if isinstance(data, Violation):
            return WebhookUnfit(data)
        if self.is_slack and (answer := _slack_challenge(data)) is not None:
            return WebhookChallenge(answer)
        return self._event(Content(data, headers=request.headers))

    def _event(self, content: Content) -> WebhookEvent | WebhookIgnored | WebhookUnfit:
        kind = MISSING if self.by is None else value_at(self.by, content)
        becomes = self.events.get(kind, self.otherwise) if isinstance(kind, str) else self.otherwise
        if becomes is None:
            said = kind if isinstance(kind, str) else "nothing"
            if self.source.ignores:
                return WebhookIgnored(said)
            return WebhookUnfit(Violation("", f"{self.source.by} says {said[:80]!r}, of which there is no event"))
        event, mapping = becomes
        payload = mapped(mapping, content)
        if self.id is None:
            return WebhookEvent(event, payload, None)
        told = value_at(self.id, content)
        if not _is_id(told):
            return WebhookUnfit(Violation("", f"an id of 1 to {LONGEST_ID} bytes is missing where the source has it"))
        return WebhookEvent(event, payload, f"{self.source.name}:{told}")


def webhook(source: SpecSource) -> Webhook:
    """Read the paths of a source without errors."""
    scheme = scheme_of(source.signature)
    return Webhook(
        source=source,
        scheme=scheme,
        by=_path(source.by),
        id=_path(source.id or scheme.id),
        events={value: _becomes(one) for value, one in source.events.items()},
        otherwise=_becomes(source.otherwise) if source.otherwise else None,
    )


def _becomes(one: SpecMapping) -> tuple[str, PayloadMapping]:
    return one.event, compiled(one.fields, one.constants)


def _path(text: str | None) -> Names | None:
    names = None if text is None else read_path(text)
    return None if isinstance(names, str) else names


def _is_id(told: object) -> bool:
    if isinstance(told, int) and not isinstance(told, bool):
        return told.bit_length() <= 64
    return isinstance(told, str) and 0 < len(told.encode()) <= LONGEST_ID and told.isprintable()


def _slack_challenge(data: object) -> str | None:
    """Return what Slack wants to read back when an address is entered (https://docs.slack.dev, "url_verification")."""
    if not isinstance(data, dict) or data.get("type") != "url_verification":
        return None
    answer = data.get("challenge")
    return answer if isinstance(answer, str) else None
