"""Requests that are signed with a shared secret."""

from edatool.broker.http.secrets import resolve
from edatool.errors import WrongUsage
from edatool.spec.signatures import SpecSignature
from edatool.webhooks.request import WebhookRequest
from edatool.webhooks.scheme import scheme_of
from edatool.webhooks.signature import refusal, signed_digest


class Signed:
    """A declared signature with its secrets; ``whose`` says whose it is, where one is wrong.

    Raises:
        WrongUsage: a secret is not there, or malformed.
    """

    def __init__(self, signature: SpecSignature, whose: str) -> None:
        self.tolerance, self._scheme = signature.tolerance, scheme_of(signature)
        keys = [self._scheme.key(resolve(reference)) for reference in signature.secrets]
        if None in keys:
            raise WrongUsage(f"a secret of {whose} is not base64, with or without whsec_ before it")
        self.keys = [key for key in keys if key is not None]

    def is_shown(self, request: WebhookRequest) -> bool:
        """Whether a request has the header, good or not."""
        return self._scheme.signature.header in request.headers

    def refusal(self, request: WebhookRequest, now: float) -> str | None:
        """Say why the signature of a request is not good at ``now``, in seconds since 1970; None where it is."""
        return refusal(self._scheme, self.keys, request, now, self.tolerance)

    def digest(self, request: WebhookRequest) -> str:
        """Return what tells what was signed from all else."""
        return signed_digest(self._scheme, request)
