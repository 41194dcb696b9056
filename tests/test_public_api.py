"""The public surface: names that users import, and the Python example that README and the contract print."""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

import statecollect
from season import Season

README = Path(__file__).resolve().parents[1] / "README.md"


def test_these_names_are_public_and_no_others() -> None:
    assert statecollect.__all__ == [
        "Campaign",
        "Cleaned",
        "Finding",
        "__version__",
        "clean",
        "load_catalog",
        "row_model",
    ]
    assert dir(statecollect) == sorted(statecollect.__all__)


def test_each_public_name_is_the_one_of_its_room() -> None:
    homes = {
        "Campaign": "campaign",
        "Cleaned": "cleaning",
        "Finding": "findings",
        "clean": "cleaning",
        "load_catalog": "catalog",
        "row_model": "catalog.row_types",
    }
    for name, room in homes.items():
        assert getattr(statecollect, name) is getattr(importlib.import_module(f"statecollect.{room}"), name)


@pytest.mark.lowest
def test_every_module_can_be_imported() -> None:
    names = [module.name for module in pkgutil.walk_packages(statecollect.__path__, "statecollect.")]
    assert len(names) > 100
    for name in names:
        importlib.import_module(name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nobody'"):
        statecollect.nobody  # noqa: B018


def test_importing_the_package_imports_no_heavy_library() -> None:
    heavy = "{'pandas', 'duckdb', 'openpyxl', 'pyarrow', 'sqlglot', 'docx', 'xlsxwriter'}"
    code = f"import sys, statecollect, statecollect.cli.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_printed_cleaning_example_is_true() -> None:
    cleaned = statecollect.clean("date", "2021年9月1日")
    assert (cleaned.value, cleaned.changed, cleaned.error) == (dt.date(2021, 9, 1), True, None)
    assert (
        'clean("date", "2021年9月1日")  # Cleaned(value=date(2021, 9, 1), changed=True'
        in README.read_text(encoding="utf-8")
    )


def test_the_example_of_the_readme_runs(
    first_round: Season, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_round.copy(tmp_path / "2022采集")
    (tmp_path / "教务处.xlsx").write_bytes(first_round.returns["教务处"].read_bytes())
    monkeypatch.chdir(tmp_path)
    text = README.read_text(encoding="utf-8")
    example = text.split("```python\n", 1)[1].split("```", 1)[0]
    names: dict[str, object] = {}
    exec(example, names)
    campaign = names["campaign"]
    assert isinstance(campaign, statecollect.Campaign)
    frame = campaign.table("1.5.1")
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == [field.name for field in campaign.catalog.tables["1.5.1"].fields]
    assert len(frame) == len(first_round.rows["教务处", "1.5.1"])


def test_the_model_of_a_row_knows_types_lists_and_what_must_be_filled() -> None:
    catalog = statecollect.load_catalog("2022")
    for table in catalog.tables.values():
        assert list(statecollect.row_model(table).model_fields) == [field.name for field in table.fields]
    table = next(
        table
        for table in catalog.tables.values()
        if any(field.required == "yes" and field.spec.storage == "integer" for field in table.fields)
    )
    model = statecollect.row_model(table)
    whole = next(
        field.name for field in table.fields if field.required == "yes" and field.spec.storage == "integer"
    )
    with pytest.raises(ValidationError) as caught:
        model.model_validate({whole: "3", "没有这一栏": 1})
    found = {(fault["loc"][0], fault["type"]) for fault in caught.value.errors()}
    assert {(whole, "int_type"), ("没有这一栏", "extra_forbidden")} <= found
    asked = {field.name for field in table.fields if field.required == "yes"} - {whole}
    assert {name for name, kind in found if kind == "missing"} == asked
