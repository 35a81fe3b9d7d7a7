"""Names to addresses, for real sources: only public ones.

A source's host may be made to point at this machine or its network (by mistake, or by a redirect to a name that does):
such an answer of the DNS counts as no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, refusing addresses that are not public."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Any:  # noqa: N802 - Twisted's name
        """A deferred of the address; DNSLookupError for one that is private, loopback, link-local or reserved."""
        return super().getHostByName(name, timeout).addCallback(public, name)


def public(address: str, name: str) -> str:
    """The address itself; DNSLookupError when it is not a public one."""
    if not ip_address(address).is_global:
        raise DNSLookupError(f"{name} points at {address}, which is no public address")
    return address
