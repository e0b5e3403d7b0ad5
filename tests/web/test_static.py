from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "smarketing" / "web" / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))


def test_every_vendored_file_is_what_the_manifest_says():
    for entry in MANIFEST:
        found = sha384((VENDOR / entry["file"]).read_bytes()).digest()
        assert b64encode(found).decode() == entry["sha384"], entry["file"]
        assert entry["version"]
        assert entry["licence"]


def test_nothing_is_vendored_without_an_entry_and_its_licence():
    told = {name for entry in MANIFEST for name in (entry["file"], entry["licence_file"])}
    assert {path.name for path in VENDOR.iterdir()} == told | {"MANIFEST.json"}
