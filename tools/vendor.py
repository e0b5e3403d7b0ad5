"""Puts the portal's front-end libraries into `static/vendor/`, with licences and a manifest.

Development only: it needs npm, and nothing of it is needed to run or test. To take another
version, change it below, run `python tools/vendor.py`, and commit what changed.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha384, sha512
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "smarketing" / "web" / "static" / "vendor"


@dataclass(frozen=True)
class Release:
    """One version of a package in the registry."""

    name: str
    version: str


@dataclass(frozen=True)
class Licence:
    """A licence that goes with a file: where it stands, and how we call it."""

    release: Release
    path: str
    name: str


@dataclass(frozen=True)
class Library:
    """One file that the portal serves.

    Attributes:
        licence: Its name in the SPDX list.
        path: The file in the package; it keeps its name here.
        licences: Of the file and of what is built into it.
    """

    release: Release
    licence: str
    path: str
    licences: tuple[Licence, ...]


PICO = Release("@picocss/pico", "2.1.1")
HTMX = Release("htmx.org", "2.0.11")
ECHARTS = Release("echarts", "6.1.0")
ZRENDER = Release("zrender", "6.1.0")
"""Built into ECharts: the version that its package.json names."""

LIBRARIES = (
    Library(PICO, "MIT", "css/pico.min.css", (Licence(PICO, "LICENSE.md", "pico.LICENSE.md"),)),
    Library(HTMX, "0BSD", "dist/htmx.min.js", (Licence(HTMX, "LICENSE", "htmx.LICENSE.txt"),)),
    # "Simple" has neither tooltip nor SVG; "common" is two thirds of the whole.
    Library(
        ECHARTS,
        "Apache-2.0",
        "dist/echarts.common.min.js",
        (
            Licence(ECHARTS, "LICENSE", "echarts.LICENSE.txt"),
            Licence(ECHARTS, "NOTICE", "echarts.NOTICE.txt"),
            Licence(ECHARTS, "licenses/LICENSE-d3", "echarts.LICENSE-d3.txt"),
            Licence(ZRENDER, "LICENSE", "echarts.LICENSE-zrender.txt"),
        ),
    ),
)


def main() -> None:
    """Fetch every library, check it, and write it with its entry in the manifest."""
    entries = []
    with tempfile.TemporaryDirectory() as folder:
        for library in LIBRARIES:
            content = _member(_pack(library.release, Path(folder)), library.path)
            name = Path(library.path).name
            (VENDOR / name).write_bytes(content)
            for licence in library.licences:
                text = _member(_pack(licence.release, Path(folder)), licence.path)
                (VENDOR / licence.name).write_bytes(text)
            entries.append(_entry(library, name, content))
            print(f"{library.release.name} {library.release.version}: {len(content):,} bytes")
    (VENDOR / "MANIFEST.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def _entry(library: Library, name: str, content: bytes) -> dict[str, object]:
    return {
        "name": library.release.name,
        "version": library.release.version,
        "licence": library.licence,
        "licence_files": [licence.name for licence in library.licences],
        "file": name,
        "sha384": b64encode(sha384(content).digest()).decode(),
    }


def _pack(release: Release, folder: Path) -> Path:
    """Return the package file of a release, as the registry signed for it.

    Raises:
        SystemExit: Its bytes are not those that the registry names.
    """
    spec = f"{release.name}@{release.version}"
    packed = json.loads(_npm("pack", spec, "--json", "--pack-destination", str(folder)))
    file = folder / packed[0]["filename"].removeprefix("@").replace("/", "-")
    told = json.loads(_npm("view", spec, "dist.integrity", "--json"))
    found = "sha512-" + b64encode(sha512(file.read_bytes()).digest()).decode()
    if found != told:
        raise SystemExit(f"{spec}: the registry says {told}, the file is {found}; nothing was kept")
    return file


def _member(package: Path, path: str) -> bytes:
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/{path}")
        if member is None:
            raise SystemExit(f"{package.name} has no file {path}")
        return member.read()


def _npm(*call: str) -> str:
    done = subprocess.run(["npm", *call], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"npm {' '.join(call)} failed: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    main()
