"""The solution of fair-places, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from ipaddress import ip_address, ip_network


class Places:
    """At most so many connections at the same time for each client."""

    def __init__(self, most):
        self.most, self.held = most, {}

    def who(self, peer):
        address = ip_address(peer[0].partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return address if address.version == 4 else ip_network((address, 64), strict=False)

    def enters(self, peer):
        who = self.who(peer)
        if self.held.get(who, 0) >= self.most:
            return False
        self.held[who] = self.held.get(who, 0) + 1
        return True

    def leaves(self, peer):
        who = self.who(peer)
        self.held[who] -= 1
        if not self.held[who]:
            del self.held[who]


class AsItWas(Places):
    def enters(self, peer):
        self.held[peer] = self.held.get(peer, 0) + 1
        return self.held[peer] <= self.most

    def leaves(self, peer):
        self.held[peer] -= 1


class ByAddress(Places):
    def who(self, peer):
        return peer[0]


class CountsTheRefused(Places):
    def enters(self, peer):
        who = self.who(peer)
        self.held[who] = self.held.get(who, 0) + 1
        return self.held[who] <= self.most


class KnowsNoNetworks(Places):
    def who(self, peer):
        address = ip_address(peer[0])
        return getattr(address, "ipv4_mapped", None) or address


class AllOfIPv6(Places):
    def who(self, peer):
        address = ip_address(peer[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return address if address.version == 4 else "IPv6"


class ForgetsNobody(Places):
    def leaves(self, peer):
        self.held[self.who(peer)] -= 1


class OneForAll(Places):
    def who(self, peer):
        return "all"


class NeverFrees(Places):
    def leaves(self, peer):
        pass


SOLUTION = Places
WRONG = {
    "as it was": (AsItWas, "a client has as many ports as it likes"),
    "by address": (ByAddress, "in IPv6's clothes"),
    "counts the refused": (CountsTheRefused, "who was refused holds no place"),
    "knows no networks": (KnowsNoNetworks, "count the network, not the address"),
    "all of IPv6": (AllOfIPv6, "count the network, not the address"),
    "forgets nobody": (ForgetsNobody, "forget who holds no place"),
    "one for all": (OneForAll, "each client has its own three"),
    "never frees": (NeverFrees, "who was refused holds no place"),
}
