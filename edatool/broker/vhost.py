"""The vhost of a broker that a command works on."""

from dataclasses import dataclass

from edatool.broker.address import Address


@dataclass(frozen=True, slots=True)
class Vhost:
    """A vhost, and the broker that it is on."""

    address: Address
    name: str

    def __str__(self) -> str:
        return f"{self.address}, vhost {self.name}"
