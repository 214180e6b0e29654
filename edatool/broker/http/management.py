"""The management API of RabbitMQ: reads a vhost in four calls, and writes what AMQP cannot."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote

from edatool.broker.address import Address
from edatool.broker.amqp import tls_context
from edatool.broker.http.answers import ANYTHING, TABLE, Answer, ApiClient, Shape
from edatool.broker.http.shapes import BINDING, COUNTS, EXCHANGE, OVERVIEW, POLICY, QUEUE, Counted, Overview
from edatool.errors import BrokerError, BrokerRefused
from edatool.routing.definitions import definitions
from edatool.routing.topology import Binding, Policy, Queue, Topology, describe, topology
from edatool.spec.rabbitmq.arguments import CLASSIC, QUEUE_TYPES

CONNECT = 5.0
"""Seconds in which there has to be a connection."""

_WRONG_PASSWORD = ("Login failed", "Not_Authorized")
"""What RabbitMQ says, until 4.2 and since, of a user that it does not know and of a wrong password."""

_TRIES_OF_A_LIST = 5
"""RabbitMQ fails to list vhosts (500) where one is deleted at that moment (measured on 4.0.5: never twice in a row)."""


class Management:
    """A client of one vhost's objects; a context manager.

    Every method raises BrokerUnreachable where nobody answers or not in time, BrokerRefused where the user, the
    password or the permissions do not suffice, and BrokerError for any other answer than RabbitMQ's that it is done.
    """

    def __init__(self, address: Address, vhost: str) -> None:
        assert address.management
        self._url = address.management
        self.user = address.user
        self.vhost = quote(vhost, safe="")
        """As it stands in paths."""
        self._client = ApiClient(self._url, address.user, address.password, _trusted(address), CONNECT)

    def __enter__(self) -> "Management":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def read_version(self) -> str:
        """Return the broker's version, such as ``4.0.5``."""
        return self.read_overview().version

    def read_overview(self) -> Overview:
        """Return what the broker says of itself."""
        answer = self._checked(self._client.ask("GET", "overview"))
        found = answer.json(OVERVIEW)
        version = found.get("rabbitmq_version") or found.get("management_version") or ""
        if not re.match(r"\d{1,3}\.\d{1,3}", version):
            raise answer.wrong("without a version of RabbitMQ")
        types = frozenset(one["name"] for one in found.get("exchange_types") or ())
        return Overview(version, found.get("cluster_name"), types or None)

    def read_clock(self) -> datetime | None:
        """Return what time it is for the broker, to the second; None where it does not say."""
        answer = self._client.ask("GET", "whoami")
        try:
            return parsedate_to_datetime(answer.date)
        except ValueError:
            return None

    def read(self) -> Topology:
        """Return everything on the vhost but exclusive queues, the mark, and what RabbitMQ itself puts there."""
        # With totals (enable_queue_totals) RabbitMQ leaves out quorum queues that have no leader just now.
        return topology(
            exchanges=[
                definitions.exchange(one)
                for one in self.list_of("exchanges", EXCHANGE)
                if not definitions.is_built_in(one["name"])
            ],
            queues=[
                definitions.queue(one)
                for one in self.list_of("queues", QUEUE, "?disable_stats=true")
                if not one.get("exclusive")
            ],
            bindings=[definitions.binding(one) for one in self.list_of("bindings", BINDING) if one["source"]],
            policies=self.read_policies(),
        )

    def read_exclusive_queues(self) -> list[Queue]:
        """Return the queues that belong to connections, which ``read`` leaves out."""
        listed = self.list_of("queues", QUEUE, "?disable_stats=true")
        return [definitions.queue(one) for one in listed if one.get("exclusive")]

    def read_parameter_names(self) -> list[str] | None:
        """Return the names of the vhost's parameters, such as ``shovel orders``; operator policies and limits count.

        None where the user may not know them (it needs the tag ``policymaker``).
        """
        answer = self._client.ask("GET", "parameters")
        if answer.status in (401, 403):
            return None
        found = self._checked(answer).json([{"vhost": str, "component": str, "name": str, "value?": ANYTHING}])
        here = [one for one in found if one["vhost"] == unquote(self.vhost)]
        return sorted(f"{one['component']} {one['name']}" for one in here)

    def read_permissions(self) -> dict[str, str] | None:
        """Return the user's patterns for configure, write and read; None where only administrators may know."""
        answer = self._client.ask("GET", f"permissions/{self.vhost}/{quote(self.user, safe='')}")
        if answer.status == 401:
            return None
        if answer.status == 404:
            return {"configure": "", "write": "", "read": ""}
        found: dict[str, str] = self._checked(answer).json({"configure": str, "write": str, "read": str})
        return found

    def read_default_queue_type(self) -> str:
        """Return the type that queues of the vhost become whose declaration names none."""
        # Of all vhosts that the user may see: for one by itself RabbitMQ wants the tag administrator (measured).
        for _ in range(_TRIES_OF_A_LIST):
            answer = self._client.ask("GET", "vhosts?columns=name,default_queue_type")
            if answer.status != 500:
                break
        # Of a vhost that is being deleted RabbitMQ 3.10 tells nothing (measured).
        told = [one for one in self._checked(answer).json([TABLE]) if one]
        given = next((one.get("default_queue_type") for one in told if one.get("name") == unquote(self.vhost)), None)
        return given if given in QUEUE_TYPES else CLASSIC  # "undefined" where nobody has said one

    def create_vhost(self) -> None:
        """Create the vhost with all permissions on it for the user; needs the tag ``administrator``."""
        self.put(f"vhosts/{self.vhost}")
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.put(f"permissions/{self.vhost}/{quote(self.user, safe='')}", everything)

    def delete_vhost(self) -> None:
        """Delete the vhost with all that is in it; needs the tag ``administrator``."""
        self._done(self._client.ask("DELETE", f"vhosts/{self.vhost}"))

    def protect(self, *, protected: bool) -> None:
        """Keep the vhost from being deleted, or no longer; needs the tag ``administrator`` and RabbitMQ 4.1."""
        method = "POST" if protected else "DELETE"
        self._done(self._client.ask(method, f"vhosts/{self.vhost}/deletion/protection"))

    def put_policy(self, policy: Policy) -> None:
        """Create or replace a policy; needs the tag ``policymaker``."""
        with _named(describe(policy)):
            self.put(self._policy(policy), definitions.policy_fields(policy))

    def delete_policy(self, policy: Policy) -> None:
        """Delete a policy; one that is gone already is fine."""
        with _named(describe(policy)):
            self.delete(self._policy(policy))

    def _policy(self, policy: Policy) -> str:
        return f"policies/{self.vhost}/{quote(policy.name, safe='')}"

    def read_queue(self, name: str) -> dict[str, Any]:
        """Return what the API tells of one queue."""
        found: dict[str, Any] = self._get(f"queues/{self.vhost}/{quote(name, safe='')}", COUNTS)
        return found

    def read_global_parameter_names(self) -> list[str]:
        """Return the names of all global parameters, whose values may be large; needs the tag ``policymaker``."""
        return [one["name"] for one in self._get("global-parameters?columns=name", [{"name": str}])]

    def read_global_parameter(self, name: str) -> Any:
        """Return the value of one global parameter, None where there is none; needs the tag ``policymaker``."""
        found = self.get(f"global-parameters/{quote(name, safe='')}", {"value": ANYTHING})
        return found and found.get("value")

    def put_global_parameter(self, name: str, value: object) -> None:
        """Write a global parameter; needs the tag ``policymaker``."""
        with _named(f"the global parameter {name!r}"):
            self.put(f"global-parameters/{quote(name, safe='')}", {"name": name, "value": value})

    def delete_global_parameter(self, name: str) -> None:
        """Delete a global parameter; one that is gone already is fine."""
        self.delete(f"global-parameters/{quote(name, safe='')}")

    def bind(self, binding: Binding) -> None:
        """Make a binding; one that is there already is fine. Integers become 64 bits wide, and floats are possible."""
        body = {"routing_key": binding.key, "arguments": dict(binding.arguments)}
        with _named(describe(binding)):
            self._done(self._client.ask("POST", self._between(binding), body))

    def unbind(self, binding: Binding) -> None:
        """Remove a binding, of whatever widths the numbers in its arguments are; one that is gone already is fine."""
        for one in self.get(self._between(binding), [{**BINDING, "properties_key": str}]) or ():
            if definitions.binding(one).identity == binding.identity:
                self.delete(f"{self._between(binding)}/{quote(one['properties_key'], safe='')}")

    def _between(self, binding: Binding) -> str:
        """Return the path of all bindings that have the same ends."""
        source, destination = quote(binding.source, safe=""), quote(binding.destination, safe="")
        return f"bindings/{self.vhost}/e/{source}/{'e' if binding.to_exchange else 'q'}/{destination}"

    def read_counts(self, queue: str) -> Counted:
        """Return what the statistics say of a queue; they lag."""
        one = self.read_queue(queue)
        return Counted(one.get("messages"), one.get("messages_unacknowledged"), one.get("message_bytes"))

    def read_unseen(self) -> dict[str, int]:
        """Return by queue how many messages it holds of which AMQP does not tell; the statistics lag by seconds.

        Clients have taken them and not acknowledged, or they wait for a delayed retry (of RabbitMQ 4.3). The two are
        not added up: they are counted at different times, so a message between them would be in neither.
        """
        found = self.list_of("queues", COUNTS, "?columns=name,messages,messages_ready")
        return {one["name"]: (one.get("messages") or 0) - (one.get("messages_ready") or 0) for one in found}

    def read_messages_delayed(self, exchange: str) -> int | None:
        """Return how many messages wait in a delayed exchange, on the node that answers; None where it does not say."""
        found = self.get(f"exchanges/{self.vhost}/{quote(exchange, safe='')}", {"messages_delayed?": int}) or {}
        waiting: int | None = found.get("messages_delayed")
        return waiting

    def read_policies(self) -> list[Policy]:
        """Return the policies of the vhost."""
        return [definitions.policy(one) for one in self.list_of("policies", POLICY)]

    def read_operator_policies(self) -> list[Policy]:
        """Return the operator policies of the vhost, none where the user may not see them."""
        answer = self._client.ask("GET", f"operator-policies/{self.vhost}")
        found = [] if answer.status == 401 else self._checked(answer).json([POLICY])
        return [definitions.policy(one) for one in found]

    def read_tags(self) -> list[str]:
        """Return the tags of the user."""
        tags = self._get("whoami", {"tags": (str, list)})["tags"]
        return tags.split(",") if isinstance(tags, str) else list(tags)

    def get(self, path: str, shape: Shape) -> Any:
        """Return what is at a path below ``/api/``, None where nothing is; see ``answers`` for shapes."""
        answer = self._client.ask("GET", path)
        return None if answer.status == 404 else self._checked(answer).json(shape)

    def put(self, path: str, body: object = None) -> None:
        """Create or replace what is at a path."""
        self._done(self._client.ask("PUT", path, {} if body is None else body))

    def delete(self, path: str) -> None:
        """Delete what is at a path; what is gone already is fine."""
        answer = self._client.ask("DELETE", path)
        if answer.status != 404:
            self._done(answer)

    def list_of(self, kind: str, shape: Shape, query: str = "") -> list[dict[str, Any]]:
        """Return all objects of a kind that are on the vhost, each of a shape."""
        found: list[dict[str, Any]] = self._get(f"{kind}/{self.vhost}{query}", [shape])
        return found

    def _get(self, path: str, shape: Shape) -> Any:
        return self._checked(self._client.ask("GET", path)).json(shape)

    def _checked(self, answer: Answer) -> Answer:
        """Return the answer to a question, if it is one."""
        if answer.status == 404:
            vhost = unquote(self.vhost)
            way_out = "create the vhost (rabbitmqctl add_vhost), or correct the URLs"
            raise BrokerRefused(f"there is no vhost {vhost!r} on {self._url}, or no management API: {way_out}")
        if answer.status != 200:
            raise self._refusal(answer)
        return answer

    def _done(self, answer: Answer) -> None:
        """Make sure that something was done, which RabbitMQ answers with one of two codes."""
        if answer.status not in (201, 204):
            raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> BrokerError:
        match answer.status:
            case 401 if answer.reason() in _WRONG_PASSWORD:
                who = f"the user {self.user!r} or its password"
                return BrokerRefused(f"the management API at {self._url} refuses {who}: check the broker URL")
            case 401 | 403:
                return BrokerRefused(f"the management API at {self._url} refuses {self.user!r}: {answer.reason()}")
            case 400:
                return BrokerError(f"RabbitMQ refuses it: {answer.reason()}")
            case status if 300 <= status < 400:
                where = answer.location or "elsewhere"
                return answer.wrong(f"with a redirection to {where}, which is not followed (name it with --management)")
            case status if status >= 400:
                return BrokerError(f"{answer.asked} is answered {status}: {answer.reason()}")
            case status:
                return answer.wrong(f"with {status}, which RabbitMQ never does")


def _trusted(address: Address) -> ssl.SSLContext | bool:
    assert address.management
    if not address.management.startswith("https:"):
        # Nobody is to be trusted without TLS; to read the system's authorities takes longer than most questions.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return tls_context(address.tls) if address.tls else True


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Have errors name what was to be done."""
    try:
        yield
    except BrokerError as error:
        raise type(error)(f"{what}: {error}") from None
