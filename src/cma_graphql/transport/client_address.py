"""Finds the address and the scheme of whoever calls, through the proxies that are trusted."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

_Address = IPv4Address | IPv6Address

FORWARDING_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class TrustedProxies:
    """The proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; nobody else's are."""

    def __init__(self, addresses: Iterable[str] = ()) -> None:
        """Take addresses or networks (`10.0.0.7`, `10.0.0.0/8`). Raises ValueError for what is neither."""
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(each, strict=False) for each in addresses]

    def client_address(self, scope: Scope) -> str:
        """Tell the client's address; an empty text where there is none, as on a Unix socket.

        X-Forwarded-For is read from its right end, past those that are trusted: what stands further left the client
        may have written itself.
        """
        if not self._networks:
            client = scope.get("client")
            return _written(client[0]) if client else ""
        nearest = peer_address(scope)
        if nearest is None:
            return ""
        forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        while self._trusts(nearest) and forwarded:
            before = _address(forwarded.pop())
            if before is None:
                break
            nearest = before
        return str(nearest)

    def is_https(self, scope: Scope) -> bool:
        """Tell whether the client's own connection is encrypted, as far as we can know."""
        peer = peer_address(scope) if self._networks else None
        if peer is not None and self._trusts(peer):
            told = Headers(scope=scope).get("x-forwarded-proto")
            if told is not None:
                return told.split(",", 1)[0].strip().lower() == "https"
        return bool(scope.get("scheme") == "https")

    def _trusts(self, address: _Address) -> bool:
        return any(address in network for network in self._networks)


def peer_address(scope: Scope) -> _Address | None:
    """Tell the address at the other end of the connection, whatever any header says."""
    client = scope.get("client")
    return _address(client[0]) if client else None


@lru_cache(maxsize=4_096)
def _written(text: str) -> str:
    address = _address(text)
    return "" if address is None else str(address)


def _address(text: str) -> _Address | None:
    """Read an address, with or without a port; IPv4 written as IPv6 becomes IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
