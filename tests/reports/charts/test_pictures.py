from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from reports.charts import style
from reports.charts.all import images
from reports.charts.labels import spread
from tests.reports import digests


def test_pictures_are_small_opaque_and_twice_as_wide_as_shown(report):
    name, rendered = report
    assert len(rendered.images) <= 3, name
    for image in rendered.images:
        assert image.png.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(image.png) < 60_000
        with Image.open(BytesIO(image.png)) as picture:
            assert picture.size == (2 * image.width, 2 * image.height)
            assert picture.convert("RGBA").getextrema()[3] == (255, 255)
            assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_equal_digests_give_equal_bytes():
    assert images(digests.digest()) == images(digests.digest())


def test_blue_and_vermillion_arrive_as_they_were_chosen():
    burn_up = images(digests.digest())[0]
    with Image.open(BytesIO(burn_up.png)) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 16)}
    assert {(0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (255, 255, 255)} <= colours


def test_titles_that_no_font_or_formula_expects_are_drawn():
    odd = replace(
        digests.cell("A", "B", 40, 12),
        segment_title="東京 $x_1$ 🎉" * 9,
        tier_title="a\nb%&<script>",
    )
    promise = digests.promise(title="$\\frac{1}{0}$ " * 20)
    assert len(images(digests.digest(cells=(odd,), promises=(promise,)))) == 3


def test_a_long_title_is_cut_to_its_width():
    short = style.shortened("Segment with a name that goes on and on", 1.5, 10)
    assert short.endswith("…")
    assert style.text_width(short, 10) <= 1.5
    assert style.shortened("Short", 1.5, 10) == "Short"


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        pytest.param([0.2, 0.8], [0.2, 0.8], id="apart already"),
        pytest.param([0.5, 0.5], [0.5, 0.6], id="the same place"),
        pytest.param([0.98, 0.95], [1.0, 0.9], id="pushed down from the top"),
        pytest.param([-0.1], [0.0], id="lifted from below"),
    ],
)
def test_labels_move_apart_and_keep_their_order(wanted, placed):
    assert spread(wanted, 0.1, 0, 1) == pytest.approx(placed)
