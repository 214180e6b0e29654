"""Which of many networks an IP address is in, found by one look for each length of their prefixes."""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Generic, TypeVar

from edatool.frozen import frozen

T = TypeVar("T")
U = TypeVar("U")


@frozen
class Networks(Generic[T]):
    """Networks by their prefixes, as numbers, by IP version and the count of bits behind the prefix."""

    by_length: Mapping[tuple[int, int], Mapping[int, T]]

    def around(self, text: str) -> list[T]:
        """Return what is known of the networks that an address is in; nothing where the text is no address."""
        try:
            address = ip_address(text)
        except ValueError:
            return []
        number = int(address)
        return [
            by_prefix[number >> behind]
            for (version, behind), by_prefix in self.by_length.items()
            if version == address.version and number >> behind in by_prefix
        ]


def networks(given: Iterable[tuple[IPv4Network | IPv6Network, U]], pack: Callable[[list[U]], T]) -> Networks[T]:
    """Lay out networks; ``pack`` makes one of all that belongs to one network."""
    by_length: dict[tuple[int, int], dict[int, list[U]]] = {}
    for network, one in given:
        behind = network.max_prefixlen - network.prefixlen
        by_prefix = by_length.setdefault((network.version, behind), {})
        by_prefix.setdefault(int(network.network_address) >> behind, []).append(one)
    return Networks(
        {length: {prefix: pack(all_of) for prefix, all_of in each.items()} for length, each in by_length.items()}
    )
