"""Which addresses a message may be sent to: none in the own network, however it is spelled.

An address of a channel is a way into the network that the worker stands in (SSRF). So a host's
name is looked up once, every address found must be a public one, and the connection goes to just
that address: a name whose next answer is another one ("rebinding") leads nowhere else. Names like
`0x7f000001` or `2130706433` are spellings of addresses and are checked like them.

The ranges are those of the IANA registries of special-purpose addresses (RFC 6890 and its
followers) and not `ipaddress.is_global`, whose answer changed between versions of Python.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from smarketing.delivery.errors import UnreachableError

Resolve = Callable[[str, int], Sequence[str]]
"""Takes host and port, returns the addresses as text; raises OSError when there are none."""

_CLOSED_V4: Final = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches this machine
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared between customers of a provider
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link-local, the metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, given up
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks of networks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_OPEN_V6: Final = IPv6Network("2000::/3")
"""Global unicast; all else of IPv6 is this machine, a link, a site, multicast or unassigned."""
_CLOSED_V6: Final = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
_HTTPS: Final = 443
_LOW_32: Final = 0xFFFF_FFFF


def system_addresses(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host as this machine knows them, in the order to try them.

    Raises:
        OSError: There are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_to_connect(
    host: str, port: int, resolve: Resolve, *, allow_private: bool
) -> tuple[str, ...]:
    """Return the addresses of a host, in the order to try them; connect to these and no others.

    Raises:
        UnreachableError: The host has no address, or one that must not be connected to.
    """
    try:
        found = tuple(resolve(host, port))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise UnreachableError(f"{host} has no address ({reason}); check the URL") from error
    if not found:
        raise UnreachableError(f"{host} has no address; check the URL")
    closed = () if allow_private else tuple(one for one in found if not is_public(one))
    if closed:
        raise UnreachableError(
            f"{host} is {closed[0]}, an address of the own network or a reserved one, to which "
            "nothing is sent; if that is meant, write allow_private = true at the channel"
        )
    return found


def is_public_host(host: str, resolve: Resolve = system_addresses) -> bool:
    """Return whether a host has addresses, and only public ones."""
    try:
        addresses_to_connect(host, _HTTPS, resolve, allow_private=False)
    except UnreachableError:
        return False
    return True


def is_public(address: str) -> bool:
    """Return whether an address, without a name, belongs to the public internet."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inside = _inside(parsed)
    if isinstance(inside, IPv4Address):
        return not any(inside in block for block in _CLOSED_V4)
    return inside in _OPEN_V6 and not any(inside in block for block in _CLOSED_V6)


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that one of IPv6 leads to: mapped, 6to4 or NAT64; else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & _LOW_32)
    return address.ipv4_mapped or address.sixtofour or address
