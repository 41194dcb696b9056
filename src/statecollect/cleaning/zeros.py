"""Numbers that are names and lost their zeros: 61 among 0062 and 0063 was 0061 before Excel made a number of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from statecollect.core.dictionary_column import Coded

_RULE = 0.8  # of a column's numbers must be as long as that for it to be the rule


def lost_zeros(raws: Coded) -> tuple[Mapping[int, str], bool]:
    """Return, by code, the numbers of a column that are shorter than its other entries, with zeros in front.

    What the others show decides: texts with zeros in front of them, then it is sure (and True is returned as well), or
    numbers nearly all of which have one length.
    """
    if int not in set(map(type, raws.values)):
        return {}, False  # texts have lost nothing
    present = [code for code in set(raws.codes.tolist()) if raws.values[code] is not None]
    texts = [one.strip() for code in present if isinstance(one := raws.values[code], str)]
    numbers = {code: str(one) for code in present if type(one := raws.values[code]) is int and one > 0}
    lengths = Counter(
        len(text) for text in texts if text.isascii() and text.isdigit() and text.startswith("0")
    )
    sure = bool(lengths)
    if not sure:
        lengths = Counter(len(number) for number in numbers.values())
        if not lengths or lengths.most_common(1)[0][1] < _RULE * lengths.total():
            return {}, False
    width = lengths.most_common(1)[0][0]
    return {code: number.zfill(width) for code, number in numbers.items() if len(number) < width}, sure
