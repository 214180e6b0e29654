"""Bitmaps of networks: which of them an IP address is in, found by one look for each length of their prefixes."""

from collections.abc import Mapping
from ipaddress import ip_address

from edatool.filters.pattern import Cidr
from edatool.frozen import frozen


@frozen
class Networks:
    """Bits by the prefixes of networks, as numbers, by IP version and the count of bits behind the prefix."""

    by_length: Mapping[tuple[int, int], Mapping[int, int]]

    def around(self, text: str) -> int:
        """Return the bits of the networks that an address is in; none where the text is no address."""
        try:
            address = ip_address(text)
        except ValueError:
            return 0
        number, found = int(address), 0
        for (version, behind), by_prefix in self.by_length.items():
            if version == address.version:
                found |= by_prefix.get(number >> behind, 0)
        return found


def networks(bits_of: Mapping[Cidr, int]) -> Networks:
    """Lay out networks with their bits."""
    by_length: dict[tuple[int, int], dict[int, int]] = {}
    for one, bits in bits_of.items():
        network = one.network
        behind = network.max_prefixlen - network.prefixlen
        by_prefix = by_length.setdefault((network.version, behind), {})
        by_prefix[int(network.network_address) >> behind] = bits
    return Networks(by_length)
