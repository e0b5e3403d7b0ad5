"""Agreements: read from TOML, checked, told in English, signed, in force."""
