"""The management API of RabbitMQ: reads a vhost in four calls, and writes what AMQP cannot."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote

import httpx

from edatool.broker.address import Address
from edatool.broker.amqp import TIMEOUT, tls_context
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable
from edatool.routing import definitions
from edatool.routing.topology import Binding, Policy, Queue, Topology, topology


@dataclass(frozen=True, slots=True)
class Counted:
    """What the statistics say of a queue: messages in all and unacknowledged ones, None where they say nothing yet."""

    messages: int | None
    unacknowledged: int | None


class Management:
    """A client of one vhost's objects; a context manager.

    Every method raises BrokerUnreachable where nobody answers, BrokerRefused where the user, the password
    or the permissions do not suffice, and BrokerError for any other answer that is not a success.
    """

    def __init__(self, address: Address, vhost: str) -> None:
        assert address.management
        self._url = address.management
        self.user = address.user
        self.vhost = quote(vhost, safe="")
        """As it stands in paths."""
        verify = tls_context(address.tls) if address.tls and self._url.startswith("https:") else True
        # A whole vhost of thousands of queues may take a while to list, but a connection does not.
        timeout = httpx.Timeout(120, connect=TIMEOUT / 2)
        self._client = httpx.Client(
            auth=(address.user, address.password), verify=verify, timeout=timeout, trust_env=False
        )

    def __enter__(self) -> "Management":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def version(self) -> str:
        """Return the broker's version, such as ``4.0.5``."""
        overview = self._get("overview")
        return str(overview.get("rabbitmq_version") or overview.get("management_version"))

    def read(self) -> Topology:
        """Return everything on the vhost but what RabbitMQ itself puts there, and exclusive queues."""
        # With totals (enable_queue_totals) RabbitMQ leaves out quorum queues that have no leader just now.
        return topology(
            exchanges=[definitions.exchange(one) for one in self._list("exchanges") if not _built_in(one["name"])],
            queues=[
                definitions.queue(one)
                for one in self._list("queues", "?disable_stats=true")
                if not one.get("exclusive")
            ],
            bindings=[definitions.binding(one) for one in self._list("bindings") if one["source"]],
            policies=[definitions.policy(one) for one in self._list("policies")],
        )

    def exclusive_queues(self) -> list[Queue]:
        """Return the queues that belong to connections, which ``read`` leaves out."""
        return [definitions.queue(one) for one in self._list("queues", "?disable_stats=true") if one.get("exclusive")]

    def parameters(self) -> list[str] | None:
        """Return the names of the vhost's parameters, such as ``shovel orders``; operator policies and limits count.

        None where the user may not know them (it needs the tag ``policymaker``).
        """
        response = self._send("GET", "parameters")
        if response.status_code in (401, 403):
            return None
        return definitions.parameter_names({"parameters": self._checked(response).json()}, unquote(self.vhost))

    def permissions(self) -> dict[str, str] | None:
        """Return the user's patterns for configure, write and read; None where only administrators may know."""
        response = self._send("GET", f"permissions/{self.vhost}/{quote(self.user, safe='')}")
        if response.status_code == 401:
            return None
        if response.status_code == 404:
            return {"configure": "", "write": "", "read": ""}
        return {key: str(value) for key, value in self._checked(response).json().items()}

    def create_vhost(self) -> None:
        """Create the vhost with all permissions on it for the user; needs the tag ``administrator``."""
        self._checked(self._send("PUT", f"vhosts/{self.vhost}"))
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self._checked(self._send("PUT", f"permissions/{self.vhost}/{quote(self.user, safe='')}", json=everything))

    def delete_vhost(self) -> None:
        """Delete the vhost with all that is in it; needs the tag ``administrator``."""
        self._checked(self._send("DELETE", f"vhosts/{self.vhost}"))

    def put_policy(self, policy: Policy) -> None:
        """Create or replace a policy; needs the tag ``policymaker``."""
        body = definitions.policy_fields(policy)
        self._checked(self._send("PUT", f"policies/{self.vhost}/{quote(policy.name, safe='')}", json=body))

    def delete_policy(self, policy: Policy) -> None:
        """Delete a policy; one that is gone already is fine."""
        response = self._send("DELETE", f"policies/{self.vhost}/{quote(policy.name, safe='')}")
        if response.status_code != 404:
            self._checked(response)

    def queue(self, name: str) -> dict[str, Any]:
        """Return what the API tells of one queue."""
        found: dict[str, Any] = self._get(f"queues/{self.vhost}/{quote(name, safe='')}")
        return found

    def global_parameters(self) -> dict[str, Any]:
        """Return the values of all global parameters by name; needs the tag ``policymaker``."""
        return {one["name"]: one["value"] for one in self._checked(self._send("GET", "global-parameters")).json()}

    def global_parameter(self, name: str) -> Any:
        """Return the value of one global parameter, None where there is none; needs the tag ``policymaker``."""
        found = self.get(f"global-parameters/{quote(name, safe='')}")
        return found and found.get("value")

    def put_global_parameter(self, name: str, value: object) -> None:
        """Write a global parameter; needs the tag ``policymaker``."""
        body = {"name": name, "value": value}
        self._checked(self._send("PUT", f"global-parameters/{quote(name, safe='')}", json=body))

    def delete_global_parameter(self, name: str) -> None:
        """Delete a global parameter; one that is gone already is fine."""
        response = self._send("DELETE", f"global-parameters/{quote(name, safe='')}")
        if response.status_code != 404:
            self._checked(response)

    def bind(self, binding: Binding) -> None:
        """Make a binding; one that is there already is fine. Integers become 64 bits wide, and floats are possible."""
        body = {"routing_key": binding.key, "arguments": dict(binding.arguments)}
        self._checked(self._send("POST", self._between(binding), json=body))

    def unbind(self, binding: Binding) -> None:
        """Remove a binding, of whatever widths the numbers in its arguments are; one that is gone already is fine."""
        response = self._send("GET", self._between(binding))
        found = [] if response.status_code == 404 else self._checked(response).json()
        for one in found:
            if definitions.binding(one).identity == binding.identity:
                response = self._send("DELETE", f"{self._between(binding)}/{quote(one['properties_key'], safe='')}")
                if response.status_code != 404:
                    self._checked(response)

    def _between(self, binding: Binding) -> str:
        """Return the path of all bindings that have the same ends."""
        source, destination = quote(binding.source, safe=""), quote(binding.destination, safe="")
        return f"bindings/{self.vhost}/e/{source}/{'e' if binding.to_exchange else 'q'}/{destination}"

    def counted(self, queue: str) -> Counted:
        """Return what the statistics say of a queue; they lag."""
        one = self._get(f"queues/{self.vhost}/{quote(queue, safe='')}")
        return Counted(one.get("messages"), one.get("messages_unacknowledged"))

    def unacknowledged(self) -> dict[str, int]:
        """Return by queue how many messages clients have taken and not acknowledged; the statistics lag by seconds."""
        found = self._list("queues", "?columns=name,messages_unacknowledged")
        return {one["name"]: one.get("messages_unacknowledged") or 0 for one in found}

    def operator_policies(self) -> list[Policy]:
        """Return the operator policies of the vhost, none where the user may not see them."""
        response = self._send("GET", f"operator-policies/{self.vhost}")
        found = [] if response.status_code == 401 else self._checked(response).json()
        return [definitions.policy(one) for one in found]

    def tags(self) -> list[str]:
        """Return the tags of the user."""
        tags = self._get("whoami")["tags"]
        return tags.split(",") if isinstance(tags, str) else list(tags)

    def get(self, path: str) -> Any:
        """Return what is at a path below ``/api/``, None where nothing is."""
        response = self._send("GET", path)
        return None if response.status_code == 404 else self._checked(response).json()

    def put(self, path: str, body: object) -> None:
        """Create or replace what is at a path."""
        self._checked(self._send("PUT", path, json=body))

    def delete(self, path: str) -> None:
        """Delete what is at a path; what is gone already is fine."""
        response = self._send("DELETE", path)
        if response.status_code != 404:
            self._checked(response)

    def _list(self, kind: str, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._checked(self._send("GET", f"{kind}/{self.vhost}{query}")).json()
        return found

    def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self._checked(self._send("GET", path)).json()
        return found

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._client.request(method, f"{self._url}/api/{path}", **options)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise BrokerUnreachable(f"the management API at {self._url} cannot be reached: {reason}") from None

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        reason = _reason(response)
        if response.status_code in (401, 403):
            raise BrokerRefused(f"the management API at {self._url} refuses {self.user!r}: {reason}")
        if response.status_code == 404 and response.request.method == "GET":
            raise BrokerRefused(f"{self._url} knows no such vhost, or no management API is there: check both")
        raise BrokerError(f"the management API at {self._url} answered {response.status_code}: {reason}")


def _reason(response: httpx.Response) -> str:
    try:
        answer = response.json()
    except ValueError:
        return response.reason_phrase or "no reason given"
    return str(answer.get("reason", answer)) if isinstance(answer, dict) else str(answer)


def _built_in(name: str) -> bool:
    return name == "" or name.startswith("amq.")
