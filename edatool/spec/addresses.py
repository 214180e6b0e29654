"""The addresses to which events may be delivered."""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_GIVEN_OUT = ipaddress.ip_network("2000::/3")
"""The addresses of IPv6 that IANA gives out; others hold one of IPv4, which may be any, or are of a site."""
_6TO4 = ipaddress.ip_network("2002::/16")
"""Those among them that hold one of IPv4 (RFC 3056)."""


def is_allowed(address: Address, networks: Iterable[Network]) -> bool:
    """Whether an address is public, or in one of the networks."""
    if any(address in one for one in networks):
        return True
    if not address.is_global or address.is_multicast:
        return False
    return address.version == 4 or (address in _GIVEN_OUT and address not in _6TO4)
