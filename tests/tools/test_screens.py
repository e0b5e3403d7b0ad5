from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tools.screens import HEIGHTS, MOST_BYTES, SCREENS, small_png


def test_every_picture_has_a_name_of_its_own_and_a_known_width():
    names = [screen.name for screen in SCREENS]
    assert len(names) == len(set(names))
    assert {screen.width for screen in SCREENS} <= set(HEIGHTS)


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["wide", "phone"])
def test_a_picture_keeps_its_size_and_becomes_small(size: tuple[int, int]):
    # A slope of every colour: far more than a page has, and no palette of 256 would do.
    slope = Image.linear_gradient("L").resize(size)
    busy = Image.merge(
        "RGB", (slope, slope.rotate(180), slope.transpose(Image.Transpose.ROTATE_90).resize(size))
    )
    raw = BytesIO()
    busy.save(raw, "PNG")
    small = small_png(raw.getvalue())
    assert len(small) <= MOST_BYTES
    with Image.open(BytesIO(small)) as picture:
        assert picture.size == size
