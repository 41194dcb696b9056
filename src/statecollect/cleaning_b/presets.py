"""Kinds by their everyday names: ``clean("money_wan", "125000元")`` is a decimal whose unit is 万元."""

from __future__ import annotations

from functools import lru_cache

from statecollect.cleaning_b.values import Choices, Options

_OTHER_SCHOOL = Choices.from_values(
    [("", "本校", ()), ("", "境内其他学校", ("境内外校",)), ("", "境外学校", ("国外学校",))],
    name="学校范围",
    mistaken={"外校": "看不出是境内还是境外"},
)

# everyday name → (kind, options); names of code lists are looked up in the newest catalog
PRESETS: dict[str, tuple[str, Options]] = {
    "optional_text": ("text", Options()),
    "required_text": ("text", Options(required=True)),
    "optional_number": ("decimal", Options()),
    "money_wan": ("decimal", Options(unit="万元", most=100_000)),
    "money_yuan": ("decimal", Options(unit="元")),
    "percent": ("percent", Options(unit="%")),
    "area_m2": ("decimal", Options(unit="平方米")),
    "hours": ("decimal", Options(unit="学时")),
    "credit": ("decimal", Options(unit="学分")),
    "score": ("decimal", Options(unit="分")),
    "staff_no": ("staff_no", Options(width=4)),
    "grades_multi": ("grades", Options()),
    "choice": ("code", Options(choices=_OTHER_SCHOOL)),
}


@lru_cache(maxsize=64)
def preset(name: str) -> tuple[str, Options] | None:
    """Return the kind and options of an everyday name, or of a code list's id or alias; None for neither."""
    if name in PRESETS:
        return PRESETS[name]
    from statecollect.catalog import load_catalog

    codes = load_catalog().code_list(name)
    if codes is None:
        return None
    choices = Choices.from_values(
        [(code.code, code.label, code.synonyms) for code in codes.values],
        name=codes.name,
        extensible=codes.extensible,
        none_label=codes.none,
        mistaken=codes.mistaken,
    )
    return "code", Options(choices=choices)
