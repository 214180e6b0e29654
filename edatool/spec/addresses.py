"""The addresses to which events may be delivered."""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_WITHIN = tuple(ipaddress.ip_network(one) for one in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "2002::/16"))
"""IPv6 addresses that hold one of IPv4, which may be any (RFC 4291, section 2.5.5; RFC 6052; RFC 3056)."""


def is_allowed(address: Address, networks: Iterable[Network]) -> bool:
    """Whether an address is public, or in one of the networks."""
    if any(address in one for one in networks):
        return True
    return address.is_global and not address.is_multicast and not any(address in one for one in _WITHIN)
