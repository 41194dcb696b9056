"""Personal values in what is printed."""

from __future__ import annotations

import pytest

from statecollect.masking import mask


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("11010519491231002X", "110*************2X"),
        ("13800138000", "138******00"),
        ("12345", "1****"),
        ("ab", "**"),
    ],
)
def test_a_masked_value_keeps_its_length_and_little_else(value: str, shown: str) -> None:
    assert mask(value) == shown
