from __future__ import annotations

import pytest

from connectors.zones import is_zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu"])
def test_the_names_of_zones_are_known(name):
    assert is_zone(name)


@pytest.mark.parametrize(
    "name", ["Mars", "", "../etc/passwd", "/etc/localtime", "Europe", "+02:00"]
)
def test_what_is_no_zone_is_not(name):
    assert not is_zone(name)
