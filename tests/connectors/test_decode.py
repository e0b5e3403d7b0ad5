from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.decode import blocks, encoding_of, lines, repaired

TEXT = "id,name\n1,Ünal €\n2,日本 😀\n"


def utf8(raw, size=1 << 16):
    return repaired(b"".join(blocks(io.BytesIO(raw), size))).decode()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_unicode_encoding_is_recognised(encoding):
    text = "id,name\n" * 20 + TEXT
    assert utf8(text.encode(encoding)) == text


@pytest.mark.parametrize("order", ["le", "be"])
def test_a_mark_of_either_byte_order_is_recognised(order):
    for width in ("16", "32"):
        raw = ("\ufeff" + TEXT).encode(f"utf-{width}-{order}")
        assert utf8(raw) == TEXT


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_a_character_cut_by_a_block_is_whole_again(size):
    assert utf8(TEXT.encode("utf-16"), size) == TEXT
    assert utf8(TEXT.encode(), size) == TEXT


def test_bytes_that_are_not_utf8_are_read_as_windows_1252():
    assert utf8("Müller € “x”".encode("cp1252")) == "Müller € “x”"


def test_utf8_and_windows_1252_may_stand_in_one_file():
    assert utf8("Müller\n".encode() + "Müller\n".encode("cp1252")) == "Müller\nMüller\n"


def test_bytes_undefined_in_windows_1252_are_read_as_latin_1():
    assert utf8(b"a\x81b") == "a\x81b"


def test_zero_bytes_are_dropped():
    assert utf8(b"a,b\n\x00,2\n") == "a,b\n,2\n"


def test_an_empty_head_is_utf8():
    assert encoding_of(b"") == ("utf-8", 0)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_fail_to_decode(raw):
    assert isinstance(utf8(raw), str)
    assert "".join(lines(blocks(io.BytesIO(raw), 7))) is not None


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=60))
def test_valid_utf8_is_left_alone(text):
    assert repaired(text.encode()) == text.encode()
