"""What the rules look at."""

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from edatool.checks.schemas import Schema, schemas_of
from edatool.checks.soap_calls import soap_calls, wsdls
from edatool.contracts.contract import Contract
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.acceptance.objection import Server
from edatool.routing.bindings import exchange_type, type_of
from edatool.routing.compile import retry_queue_name
from edatool.routing.exchange_types.exchange_type import ExchangeType
from edatool.routing.lowering.generated import names
from edatool.soap.documents import Documents, RefusedWsdl
from edatool.spec.consuming import SpecConsumer
from edatool.spec.nearest import Nearest
from edatool.spec.spec import Spec, SpecBinding
from edatool.spec.yaml_document import Path

if TYPE_CHECKING:
    from edatool.soap.operation import SoapOperation


@frozen
class Subject:
    """A spec with what is made from it; a contract that could not be loaded is missing.

    ``server`` is the RabbitMQ that it is for, None where nobody says.
    """

    routes: Routes
    server: Server | None = None
    lost: frozenset[Path] = frozenset()
    """The paths at which the spec holds something that could not be understood."""
    off: frozenset[str] = frozenset()
    """The codes of rules that are not asked."""
    held: Mapping[str, bytes] | None = None
    """The files in the folder of the spec, by relative names, where they are not those on the disk."""
    nearest: Nearest = field(default_factory=Nearest)

    @property
    def spec(self) -> Spec:
        """The spec."""
        return self.routes.spec

    @property
    def contracts(self) -> Mapping[str, Contract]:
        """The contracts of its events, by the schema's file."""
        return self.routes.contracts

    @cached_property
    def schemas(self) -> tuple[Schema, ...]:
        """The schemas that these consist of, each once."""
        return schemas_of(self.contracts.values())

    def is_lost(self, section: str, name: str) -> bool:
        """Whether something of this name may be declared by what could not be understood."""
        return (section,) in self.lost or (section, name) in self.lost

    def key_path(self, binding: SpecBinding, index: int) -> Path:
        """Return where a key of a binding stands: behind ``keys``, or behind ``key``."""
        listed = self.spec.document.holds((*binding.path, "keys"))
        return (*binding.path, "keys", index) if listed else (*binding.path, "key")

    def queue_path(self, consumer: SpecConsumer, index: int) -> Path:
        """Return where a queue of a consumer stands: behind ``queues``, or behind ``queue``."""
        path = ("consumers", consumer.name)
        return (*path, "queues", index) if self.spec.document.holds((*path, "queues")) else (*path, "queue")

    def exchange_type(self, name: str) -> str | None:
        """Return the type by whose rules an exchange routes, None where there is no such exchange."""
        return exchange_type(self.spec, name)

    def type_of(self, exchange: str) -> ExchangeType:
        """Return how an exchange routes; of one that is not there nothing is known."""
        return type_of(self.spec, exchange)

    @cached_property
    def wsdls(self) -> Mapping[str, Documents | RefusedWsdl]:
        """The WSDLs of deliveries that call operations of SOAP, by the delivery, or why they are not read."""
        return wsdls(self.spec, self.held)

    @cached_property
    def soap_calls(self) -> "Mapping[str, SoapOperation | str]":
        """The operations that deliveries call, by the delivery, or what is wrong with them."""
        return soap_calls(self.spec, self.wsdls)

    @property
    def topology_queues(self) -> set[str]:
        """The names of all queues, those generated for retries and filters too."""
        filters = [one for one in self.spec.bindings if one.filter is not None]
        own = names(self.spec.name)
        retries = (retry_queue_name(queue.name, wait) for queue in self.spec.queues.values() for wait in queue.retry)
        return {*self.spec.queues, *retries, *((own.intake, own.stuck, own.refused) if filters else ())}
