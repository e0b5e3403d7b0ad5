from __future__ import annotations

import pytest

from smarketing.delivery.errors import UnreachableError
from smarketing.delivery.guard import (
    addresses_to_connect,
    is_public,
    is_public_host,
    system_addresses,
)

PRIVATE = (
    "0.0.0.0",  # noqa: S104  (to be refused)
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1",
    "198.51.100.7", "203.0.113.9", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
    "3fff::1", "2001::1", "100::1", "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "64:ff9b:1::a00:1", "2002:7f00:1::1", "2002:c0a8:101::1", "not an address", "",
)  # fmt: skip
PUBLIC = (
    "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1",
    "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
)  # fmt: skip
SPELLED = (
    "localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
    "0", "169.254.169.254", "0xa9fea9fe", "10.1.2.3", "::1", "::ffff:127.0.0.1", "[::1]",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_a_network_of_ones_own_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize("host", SPELLED)
def test_no_spelling_of_a_private_address_gets_through_the_resolver_of_the_system(host: str):
    with pytest.raises(UnreachableError, match=r"own network|has no address"):
        addresses_to_connect(host, 443, system_addresses, allow_private=False)


def test_one_private_address_among_public_ones_refuses_the_name():
    found = ("8.8.8.8", "10.0.0.7")
    with pytest.raises(UnreachableError, match=r"hooks.example is 10\.0\.0\.7.*allow_private"):
        addresses_to_connect("hooks.example", 443, lambda *_: found, allow_private=False)
    assert addresses_to_connect("hooks.example", 443, lambda *_: found, allow_private=True) == found


@pytest.mark.parametrize("error", [OSError(-2, "Name or service not known"), UnicodeError("idna")])
def test_a_name_without_an_address_is_said_with_its_mend(error: Exception):
    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        raise error

    with pytest.raises(UnreachableError, match=r"hooks.example has no address .*check the URL"):
        addresses_to_connect("hooks.example", 443, resolve, allow_private=False)


@pytest.mark.parametrize(
    ("found", "public"),
    [(("8.8.8.8",), True), (("8.8.8.8", "10.0.0.7"), False), (("127.0.0.1",), False), ((), False)],
)
def test_a_host_is_public_where_all_its_addresses_are(found: tuple[str, ...], *, public: bool):
    assert is_public_host("crm.example", lambda *_: found) is public
