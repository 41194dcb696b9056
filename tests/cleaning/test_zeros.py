"""Numbers that lost the zeros in front of them: what the rest of the column has to show for it."""

from __future__ import annotations

import pytest

from statecollect.cleaning.zeros import lost_zeros
from statecollect.core.dictionary_column import Coded


@pytest.mark.parametrize(
    ("column", "lost", "sure"),
    [
        (["0012", 12], {12: "0012"}, True),
        (["0012", "00034", "00035", 12], {12: "00012"}, True),
        (["0012", 1234], {}, True),
        (["0012", 12345], {}, True),
        ([" 0012 ", 12], {12: "0012"}, True),
        (["1012", 12], {}, False),
        (["00A2", 12], {}, False),
        (["0012", "12"], {}, False),
        ([1012, 1013, 1014, 1015, 12], {12: "0012"}, False),
        ([1012, 1013, 1014, 12], {}, False),
        ([1012, 1013, 1014, 1015, 12345], {}, False),
        ([1012, 1013, 1014, 1015, 0], {}, False),
        ([1012, 1013, 1014, 1015, -12], {}, False),
        ([1012, 1013, 1014, 1015, True], {}, False),
        ([1, None], {}, False),
        ([0], {}, False),
    ],
)
def test_a_number_shorter_than_the_rest_is_told(
    column: list[object], lost: dict[object, str], sure: bool
) -> None:
    raws = Coded.of(column)
    found, certain = lost_zeros(raws)
    assert {raws.values[code]: padded for code, padded in found.items()} == lost
    assert certain is sure
