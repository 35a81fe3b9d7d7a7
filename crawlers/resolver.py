"""Names to addresses, for real sources: only public ones.

A source's host may be made to point at this machine or its network (by mistake, or by a redirect to a name that does):
such an answer of the DNS counts as no answer. It is checked where the connection is made, so that a name that answers
differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

#: Addresses of this network stand for the IPv4 address in their last four bytes (NAT64, RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, refusing addresses that are not public."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Any:  # noqa: N802 - Twisted's name
        """A deferred of the address; DNSLookupError for one that is private, loopback, link-local or reserved."""
        return super().getHostByName(name, timeout).addCallback(public, name)


def public(address: str, name: str) -> str:
    """The address itself; DNSLookupError when it, or one that hides in it, is not a public one."""
    if not all(one.is_global and not one.is_multicast for one in _meant(ip_address(address))):
        raise DNSLookupError(f"{name} points at {address}, which is no public address")
    return address


def _meant(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The address, and the IPv4 addresses it leads to: mapped, 6to4, Teredo, NAT64."""
    hidden: list[IPv4Address | None] = []
    if isinstance(address, IPv6Address):
        hidden += [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        hidden += [IPv4Address(int(address) & 0xFFFFFFFF)] if address in _NAT64 else []
    yield address
    yield from (one for one in hidden if one is not None)
