"""Deliveries: what one may say of itself, and the values that are made of it."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.spec.consuming import CONSUMER, SpecConsumer
from edatool.spec.filtering import FILTER, UsedFilter
from edatool.spec.http_url import without_secrets
from edatool.spec.quantity import DURATION, RATE, milliseconds, per_second
from edatool.spec.secret import SECRET, URI, reference
from edatool.spec.shape import Integer, Json, ListOf, MapOf, OneOf, Record, RecordField, Text
from edatool.spec.sources import MAPPING, NAMED_EVENT, SpecMapping, mapping
from edatool.spec.template import FieldPath, parse_path
from edatool.spec.yaml_document import Path

Plain = Mapping[str, Any]
DeliveryFormat = Literal["binary", "structured", "payload"]

TIMEOUT = 30_000
"""Milliseconds until an answer has to be there, by default."""
CONCURRENCY = 10
LONGEST_PAUSE = 3_600_000
"""Milliseconds for which an endpoint may be left alone at most; one event is in hand for as long."""

CIRCUIT = Record(
    {
        "failures": RecordField(Integer(1, 1000), "as many failures in a row open it; default: 5"),
        "pause": RecordField(DURATION, "how long the endpoint is left alone at first; default: 1s"),
        "longest_pause": RecordField(
            DURATION,
            "the pause doubles each time that the endpoint fails again, up to this; default: 1m, or pause if longer",
        ),
    }
)

USERNAME_TOKEN = Record(
    {
        "username": RecordField(Text(), "who calls", required=True),
        "password": RecordField(SECRET, "where the password is read from", required=True),
        "type": RecordField(
            OneOf(("digest", "text")),
            "what is shown: a digest of the password, a nonce and the time (default), or the password itself",
        ),
    }
)
SOAP_HEADERS = Record(
    {
        "fields": RecordField(
            MAPPING["fields"].shape, "headers and what is in them, each with the path of what comes, as of fields"
        ),
        "constants": RecordField(MAPPING["constants"].shape, "headers and what is in them that are always the same"),
    }
)
SOAP_CALL = Record(
    {
        "wsdl": RecordField(
            Text(like="a file in the folder of the spec"), "the file that describes the service", required=True
        ),
        "operation": RecordField(Text(), "the operation that is called", required=True),
        "port": RecordField(Text(), "the port of the WSDL that says how; default: the first with the operation"),
        "headers": RecordField(SOAP_HEADERS, "what the headers say that the WSDL declares for the operation"),
        "username_token": RecordField(USERNAME_TOKEN, "the UsernameToken of WS-Security with which it is called"),
    }
)
DELIVERY = Record(
    {
        "summary": RecordField(Text(), "who gets the events, and what for"),
        "owner": RecordField(Text(), "the team that it belongs to"),
        "queue": RecordField(Text(), "the queue whose events are delivered", required=True),
        "to": RecordField(URI, "the URL to which they are posted", required=True),
        "filter": RecordField(FILTER, "what events have to match; others are taken out of the queue, and not posted"),
        "format": RecordField(
            OneOf(("binary", "structured", "payload")),
            "CloudEvents over HTTP in binary (default) or structured mode, or the payload alone",
        ),
        "soap": RecordField(SOAP_CALL, "the operation of SOAP that each event calls, instead of a format"),
        **MAPPING,
        "schema": RecordField(
            Text(),
            "the JSON Schema that the receiver has for payloads, a file as of events: what it refuses is not posted",
        ),
        "token": RecordField(SECRET, "where the bearer token is read from"),
        "signature": RecordField(
            Record(
                {
                    "secrets": RecordField(
                        ListOf(SECRET, least=1),
                        "where the secrets are read from, whsec_ and base64; during a rotation two, by each of which "
                        "it is signed",
                        required=True,
                    )
                }
            ),
            "requests are signed as Standard Webhooks says",
        ),
        "timeout": RecordField(DURATION, "how long an answer may take, else it is tried again; default: 30s"),
        "concurrency": RecordField(Integer(1, 1000), "the most requests at once; default: 10"),
        "rate": RecordField(RATE, "the most requests of a process in a time; default: as many as there are events"),
        "circuit": RecordField(CIRCUIT, "when an endpoint that fails is left alone, and for how long"),
        "order_by": CONSUMER.fields["order_by"],
        "order": CONSUMER.fields["order"],
        "answer": RecordField(
            NAMED_EVENT, "the event that the answer becomes, published before the one that was delivered is done"
        ),
        "allow": RecordField(
            ListOf(Text(like="a network such as 10.1.0.0/16"), least=1),
            "networks that are not public, in which the endpoint may be all the same",
        ),
    },
    at_most_one=(("soap", "format"), ("soap", "signature"), ("soap", "schema")),
)

POSTED = Record(
    {
        "delivery": RecordField(Text(), "the delivery that posts it", required=True),
        "headers": RecordField(MapOf(Text(least=0)), "headers that it has, beside others"),
        "body": RecordField(Json(), "its body: a string as it is, or a value that is sent as JSON", required=True),
        "id": RecordField(Text(), "the message id of an event that is published; default: test"),
        "secrets": RecordField(ListOf(Text(), least=1), "what the test takes for the secrets of the delivery"),
        "at": RecordField(Integer(), "when it is posted, in seconds since 1970; default: 0"),
    }
)


@frozen
class SpecUsernameToken:
    """Who calls an operation; ``password`` is where that is read from (see ``spec.secret``)."""

    username: str
    password: Mapping[str, str]
    is_digest: bool = True
    """Whether a digest of the password is shown in its place."""


@frozen
class SpecSoapCall:
    """An operation of a service that is called; ``wsdl`` is a file, relative to the folder of the spec."""

    wsdl: str
    operation: str
    port: str | None = None
    header_fields: Mapping[str, str] = field(default_factory=dict)
    """What its headers say of an event: paths, by what is in them, such as ``Session.Tenant``."""
    header_constants: Mapping[str, Any] = field(default_factory=dict)
    username_token: SpecUsernameToken | None = None


@frozen
class SpecCircuit:
    """After how many failures in a row an endpoint is left alone, and for how long, in milliseconds."""

    failures: int = 5
    pause: int = 1_000
    longest_pause: int = 60_000


@frozen
class SpecDelivery:
    """A declared delivery; paths and networks are as they are written.

    ``to`` is a URL, or where it is read from, as ``token`` and ``secrets`` are (see ``spec.secret``). ``timeout`` is in
    milliseconds, ``rate`` per second.
    """

    name: str
    queue: str
    to: str | Mapping[str, str]
    format: DeliveryFormat
    fields: Mapping[str, str]
    """Empty where the payload goes out as it is."""
    constants: Mapping[str, Any]
    token: Mapping[str, str] | None
    secrets: tuple[Mapping[str, str], ...]
    """Empty where requests are not signed."""
    timeout: int
    concurrency: int
    circuit: SpecCircuit
    allow: tuple[str, ...]
    owner: str | None = None
    summary: str | None = None
    soap: SpecSoapCall | None = None
    """Where it is an operation of SOAP that is called; ``format`` says nothing then."""
    rate: float | None = None
    """None where there is no limit."""
    order_by: FieldPath | None = None
    keeps_order: bool = False
    """Whether events wait behind one of their key that failed."""
    answer: SpecMapping | None = None
    """None where nothing becomes of answers."""
    filter: UsedFilter | None = None
    """None where all events are posted."""
    schema: str | None = None
    """The file of the receiver's contract, relative to the spec's root."""

    @property
    def path(self) -> Path:
        """Where it stands in the spec."""
        return ("deliveries", self.name)

    @property
    def consumer(self) -> SpecConsumer:
        """The delivery as the consumer of its queue that it is."""
        return SpecConsumer(
            self.name,
            (self.queue,),
            concurrency=self.concurrency,
            timeout=self.timeout / 1000,
            order_by=self.order_by,
            keeps_order=self.keeps_order,
        )

    @property
    def shown_url(self) -> str:
        """The URL without what may be secret in it, or where it is read from, for people."""
        if isinstance(self.to, str):
            return without_secrets(self.to)
        ((kind, name),) = self.to.items()
        return f"${name}" if kind == "$env" else f"the URL in {name}"


@frozen
class PostedRequest:
    """A request that a routing test expects; ``secrets`` stand for those of its delivery.

    ``at`` is in seconds since 1970; ``id`` is the message id of the event, where that did not come with one.
    """

    delivery: str
    headers: Mapping[str, str]
    body: Any
    """A string as it is, or what is sent as JSON."""
    id: str
    secrets: tuple[str, ...]
    at: int


def delivery(name: str, one: Plain, folder: str, schema: str | None = None) -> SpecDelivery:
    """Return a checked delivery; files are relative to ``folder``, but for ``schema``."""
    return SpecDelivery(
        name=name,
        queue=one.get("queue", ""),
        to=reference(one.get("to", ""), folder),
        format=one.get("format", "binary"),
        fields=one.get("fields", {}),
        constants=one.get("constants", {}),
        token=reference(one["token"], folder) if "token" in one else None,
        secrets=tuple(reference((one.get("signature") or {}).get("secrets", []), folder)),
        timeout=milliseconds(one["timeout"]) if "timeout" in one else TIMEOUT,
        concurrency=one.get("concurrency", CONCURRENCY),
        circuit=_circuit(one.get("circuit") or {}),
        allow=tuple(network for network in one.get("allow", []) if network),
        owner=one.get("owner"),
        summary=one.get("summary"),
        soap=_soap_call(one["soap"], folder) if one.get("soap") else None,
        rate=per_second(one["rate"]) if "rate" in one else None,
        order_by=parse_path(one["order_by"]) if "order_by" in one else None,
        keeps_order=one.get("order") == "keep",
        answer=mapping(one["answer"], {}) if one.get("answer") else None,
        filter=one.get("filter"),
        schema=schema,
    )


def posted(one: Plain) -> PostedRequest:
    """Return a checked request that a routing test expects."""
    return PostedRequest(
        delivery=one.get("delivery", ""),
        headers=one.get("headers", {}),
        body=one.get("body"),
        id=one.get("id", "test"),
        secrets=tuple(secret for secret in one.get("secrets", []) if secret),
        at=one.get("at", 0),
    )


def _circuit(one: Plain) -> SpecCircuit:
    default = SpecCircuit()
    pause = milliseconds(one["pause"]) if "pause" in one else default.pause
    longest = milliseconds(one["longest_pause"]) if "longest_pause" in one else max(default.longest_pause, pause)
    return SpecCircuit(one.get("failures", default.failures), pause, longest)


def _soap_call(one: Plain, folder: str) -> SpecSoapCall:
    headers, token = one.get("headers") or {}, one.get("username_token")
    return SpecSoapCall(
        one.get("wsdl", ""),
        one.get("operation", ""),
        one.get("port"),
        headers.get("fields", {}),
        headers.get("constants", {}),
        _username_token(token, folder) if token else None,
    )


def _username_token(one: Plain, folder: str) -> SpecUsernameToken:
    password = reference(one.get("password", {}), folder)
    return SpecUsernameToken(one.get("username", ""), password, one.get("type", "digest") == "digest")
