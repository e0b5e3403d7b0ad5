from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

import pytest

from tools.vendor import LIBRARIES

STATIC = Path(__file__).parents[2] / "smarketing" / "web" / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))
OURS = sorted(path for path in STATIC.iterdir() if path.is_file())


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_what_the_manifest_says(entry: dict[str, str]):
    found = sha384((VENDOR / entry["file"]).read_bytes()).digest()
    assert b64encode(found).decode() == entry["sha384"]
    assert entry["version"]
    assert entry["licence"]


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_vendored_file_comes_with_the_text_of_its_licence(entry: dict[str, list[str]]):
    assert entry["licence_files"]
    for name in entry["licence_files"]:
        assert (VENDOR / name).read_text(encoding="utf-8").strip()


def test_the_manifest_holds_what_the_script_would_fetch():
    told = [(e["name"], e["version"], e["licence"], e["licence_files"]) for e in MANIFEST]
    assert told == [
        (one.release.name, one.release.version, one.licence, [text.name for text in one.licences])
        for one in LIBRARIES
    ]


def test_nothing_is_vendored_without_an_entry():
    told = {name for entry in MANIFEST for name in (entry["file"], *entry["licence_files"])}
    assert {path.name for path in VENDOR.iterdir()} == told | {"MANIFEST.json"}


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_file_of_ours_names_an_address_elsewhere(path: Path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://", text)


def test_our_styles_and_scripts_stay_small():
    assert packed("*.css") < 20_000
    assert (STATIC / "app.js").stat().st_size < 5_000


def packed(pattern: str) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in STATIC.glob(pattern))
