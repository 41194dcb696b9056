"""Code lists against the national data standard: every label has a decision, and no list turns a true value away by a guess."""

from __future__ import annotations

import re

import pytest

from statecollect.catalog import Code, CodeList, load_catalog
from statecollect.cleaning import Options, clean
from statecollect.intake.columns import choices_of
from statecollect.schemas.standards import compare_codes, standard_lists, undecided

CATALOG = load_catalog("2022")
# Lists of which a part is inferred and which stay closed all the same, each with the reason
CLOSED = {
    "GJ": "a published standard; only its codes were not seen",
    "JB": "only how labels are merged is ours",
    "MZ": "a published standard",
    "STLB": "the national standard has 其他",
    "XL": "a published standard; only its finer codes were not seen",
    "XQ": "counts terms",
    "XW": "a published standard",
    "ZYL": "a published catalogue",
}


def test_every_label_of_the_standard_has_a_decision() -> None:
    compared = compare_codes(CATALOG, standard_lists())
    assert [(one.codes, one.label) for one in compared if one.decision == "open"] == []
    assert undecided(CATALOG) == []
    assert len({one.codes for one in compared}) >= 45
    assert len(compared) > 600


def test_a_label_that_no_list_knows_is_told() -> None:
    codes = CodeList(
        id="A",
        name="甲",
        pair=("B",),
        unlike={"丙": "不收的原因"},
        values=(Code(label="甲", synonyms=("乙",)),),
    )
    catalog = CATALOG.model_copy(update={"codes": {"A": codes}})
    said = compare_codes(catalog, {"B": ("甲", "乙", "丙", "丁")})
    assert [(one.label, one.decision, one.ours or one.why) for one in said] == [
        ("甲", "value", "甲"),
        ("乙", "synonym", "甲"),
        ("丙", "unlike", "不收的原因"),
        ("丁", "open", ""),
    ]


def test_what_a_list_does_not_take_is_a_label_of_its_pair() -> None:
    lists = standard_lists()
    for codes in CATALOG.codes.values():
        pairs = codes.pair if isinstance(codes.pair, tuple) else ()
        known = {label for pair in pairs for label in lists[pair]} | {"*"}
        assert set(codes.unlike) <= known, codes.id


@pytest.mark.parametrize(
    ("evidence", "guessed"),
    [("I", True), ("字段 [Q]；值 I", True), ("I（旧平台）", True), ("[S][Q]", False), ("[D]；甲 [O]", False)],
)
def test_the_evidence_decides_whether_a_list_is_open(evidence: str, guessed: bool) -> None:
    codes = CodeList.model_validate({"id": "A", "name": "甲", "evidence": evidence})
    assert (codes.extensible, codes.guessed) == (guessed, guessed)
    said = CodeList.model_validate({"id": "A", "name": "甲", "evidence": evidence, "extensible": False})
    assert not said.extensible


def test_a_list_with_an_inference_is_open_or_stands_here_with_the_reason() -> None:
    inferred = {
        codes.id
        for codes in CATALOG.codes.values()
        if re.search(r"(?<![A-Z\[])I(?![A-Za-z])", codes.evidence)
    }
    closed = {codes_id for codes_id in inferred if not CATALOG.codes[codes_id].extensible}
    assert closed == CLOSED.keys()


def test_a_value_that_a_guessed_list_does_not_know_is_kept_with_a_doubt() -> None:
    guessed = Options(choices=choices_of(CATALOG.codes["SGLB"]))
    kept = clean("code", "高空抛物", options=guessed)
    assert (kept.value, kept.error) == ("高空抛物", None)
    assert "高空抛物" in kept.doubt
    several = clean("codes", "交通、高空抛物", options=guessed)
    assert several.value == ["交通", "高空抛物"]
    assert several.doubt
    seen = clean("code", "火星", options=Options(choices=choices_of(CATALOG.codes["JBZ_XZ"])))
    assert seen.error
    by_design = clean("code", "定向培养", options=Options(choices=choices_of(CATALOG.codes["JTXS"])))
    assert (by_design.value, by_design.doubt) == ("定向培养", "")
