"""A form (``forms``) taken as a table of one row, and what stands on its sheet besides names and answers."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence

from statecollect.core.address import cell_name, column_letter
from statecollect.findings.catalogue import Said, phrase, said
from statecollect.workbook.layout import NOT_TAKEN, plain_name
from statecollect.workbook.recognise.data_rows import Body, says_no_record
from statecollect.workbook.recognise.forms import Form, Place, is_unit, text_of
from statecollect.workbook.recognise.header_row import FieldNames, Header, report_absent, report_names
from statecollect.workbook.recognise.recognised import Block, Notebook
from statecollect.workbook.recognise.sheet_signs import report_beside


def take_form(form: Form, names: FieldNames, notebook: Notebook) -> Block:
    """Take a form as a table of one row, or of none where nothing is answered; tell and list everything else."""
    sheet = form.texts.sheet
    places, filled = set(form.answers.values()), sheet.filled()
    labels = set(form.labels.values())
    answered = any(place in places for place in filled)
    block = Block(
        table=names.table,
        sheet=sheet,
        header_row=form.top,
        columns={name: column for name, (_, column) in form.answers.items()},
        rows=(min(row for row, _ in places) + 1,) if answered else (),
        cells_seen=sheet.cells_seen - sum(row < form.top for row, _ in filled) - len(labels),
        own_rows={name: row + 1 for name, (row, _) in form.answers.items()},
        labels=form.labels,
    )
    left = [at for at in filled if at[0] >= form.top and at not in places and at not in labels]
    _Telling(form, names, notebook).tell(left)
    rows = tuple(sorted({row + 1 for row, _ in places}))
    header = Header(form.top, form.top, block.columns)
    report_beside(sheet, header, Body(rows, {}), names.table.id, notebook)
    return block


class _Telling:
    """Says what is odd about a form, and lists what is not taken."""

    def __init__(self, form: Form, names: FieldNames, notebook: Notebook) -> None:
        self.form, self.names, self.notebook = form, names, notebook
        self.texts, self.sheet = form.texts, form.texts.sheet
        self.labels = {place: name for name, place in form.labels.items()}
        self.label_columns = {column for _, column in self.labels}

    def tell(self, left: Sequence[Place]) -> None:
        """Tell of names, of answers merged into one, and of the filled cells that are ``left``, in reading order."""
        header = self.form.header
        report_names(header, self.names, self._of_name)
        report_absent(header, self.names, self._of_name, phrase("S01", "repair", "form"))
        for place, name in self.form.twice.items():
            first = cell_name(*self.form.answers[name])
            self._say(said("S03", "form", field=name, cell=first), place)
        self._tell_merged()
        rows: dict[int, list[Place]] = defaultdict(list)
        for place in left:
            rows[place[0]].append(place)
        beside: dict[int, list[tuple[Place, str]]] = defaultdict(list)
        for row, places in rows.items():
            if text_of(self.sheet.at(*places[0])).startswith(NOT_TAKEN):
                below = [place for place in left if place[0] >= row]
                self.notebook.leave_out(self.sheet, below, "是上次退回时没有收的内容")
                break
            self._tell_row(row, places, beside)
        for column, found in beside.items():
            self._tell_column(column, found)

    def _tell_merged(self) -> None:
        of = {place: name for name, place in self.form.answers.items()}
        for name, place in self.form.answers.items():
            other = of.get(self.texts.origin(place), name)
            if other != name:
                self._say(said("S10", "form", other=other, field=name), place)

    def _tell_row(
        self, row: int, places: Sequence[Place], beside: dict[int, list[tuple[Place, str]]]
    ) -> None:
        """Sort what is left of one row: before the names, beside the answers, under names that the table does not have."""
        labels = [place for place in self.labels if place[0] == row]
        strange: list[Place] = []
        for place in places:
            owner = max((one for one in labels if one < place), default=None)
            if place in self.form.twice or (strange and strange[0] in self.form.twice):
                strange.append(place)
            elif owner is None and (labels or self._heads(place)):
                self.notebook.leave_out(self.sheet, [place], "是序号或分组")
            elif owner and not strange and self._explains(place, self.labels[owner]):
                self.notebook.leave_out(self.sheet, [place], "是填写说明")
            elif strange or owner is None or self._is_name(place):
                strange.append(place)
            else:
                beside[place[1]].append((place, self.labels[owner]))
        if strange:
            self._tell_strange(row, strange, alone=not labels)

    def _heads(self, place: Place) -> bool:
        """Whether a cell is the name of a group, or reaches down to rows with names."""
        text = plain_name(text_of(self.sheet.at(*place))).rstrip(":")
        bottom = self.texts.reach(place)[0]
        return text in self.names.groups or any(place[0] < row <= bottom for row, _ in self.labels)

    def _explains(self, place: Place, name: str) -> bool:
        """Whether a cell between a name and its answer is more than the unit."""
        return place < self.form.answers[name] and not self._is_unit(place, name)

    def _is_unit(self, place: Place, name: str) -> bool:
        return is_unit(self.sheet, place, self.names.table.by_name[name])

    def _is_name(self, place: Place) -> bool:
        """Whether a text stands where other rows have a name."""
        return place[1] in self.label_columns and bool(text_of(self.sheet.at(*place)))

    def _tell_strange(self, row: int, places: Sequence[Place], *, alone: bool) -> None:
        first = self.sheet.at(*places[0])
        if places[0] in self.form.twice:
            self.notebook.leave_out(self.sheet, places, "这一栏的栏目名重复")
            return
        cells = self.sheet.rows[row] if row < len(self.sheet.rows) else ()
        texts = [cell for cell in cells if isinstance(cell, str)]
        reason = (
            says_no_record(cells, texts, 2 * len(self.labels), after_remark=False)
            if alone and texts
            else None
        )
        if alone and len(places) == 1 and isinstance(first, str):
            reason = reason or "旁边没有内容"
        if reason:
            self.notebook.leave_out(self.sheet, places, reason)
            self._say(said("S06", "row", row=row + 1, reason=reason, hint=""), (row, None))
            return
        self.notebook.leave_out(self.sheet, places, "没有对应的栏目")
        absent = [
            one.name for one in self.names.table.fields if one.name not in self.form.labels and not one.auto
        ]
        near = difflib.get_close_matches(plain_name(text_of(first)), absent, n=1, cutoff=0.6)
        what = (
            phrase("S02", "what", "unknown", heading=text_of(first))
            if text_of(first)
            else phrase("S02", "what", "nameless_in_form")
        )
        hint = phrase("S02", "hint", "near", field=near[0]) if near else phrase("S02", "hint", "form")
        self._say(said("S02", "of_form", what=what, count=len(places), hint=hint), places[0])

    def _tell_column(self, column: int, found: Sequence[tuple[Place, str]]) -> None:
        """Tell of what stands beside answers: their units, and remarks or second answers, all of a column at once."""
        others: list[Place] = []
        doubtful: list[Place] = []
        for place, name in found:
            unit = self.names.table.by_name[name].shown_unit
            if unit and self._is_unit(place, name):
                typed = text_of(self.sheet.at(*place))
                self.notebook.leave_out(self.sheet, [place], "是单位")
                if plain_name(typed).strip("()") != plain_name(unit):
                    self._say(said("S02", "unit", field=name, typed=typed, unit=unit), place)
                continue
            others.append(place)
            if not (
                isinstance(self.sheet.at(*place), str) and self.sheet.rows.holds(*self.form.answers[name])
            ):
                doubtful.append(place)
        if not others:
            return
        self.notebook.leave_out(self.sheet, others, "在内容的旁边")
        blanks: dict[str, object] = {"column": column_letter(column), "count": len(others)}
        told = said("S02", "second", **blanks) if doubtful else said("S02", "beside", **blanks)
        self._say(told, (doubtful or others)[0])

    def _of_name(self, told: Said, column: int | None = None) -> None:
        """Say something of a name, by its number among the texts (``column``); of the whole table without one."""
        if column is None:
            self._say(told, (None, None))
        else:
            self._say(told, self.texts.places[column], self.texts.typed[column])

    def _say(self, told: Said, place: tuple[int | None, int | None], value: str | None = None) -> None:
        row, column = place
        self.notebook.say(
            told,
            sheet=self.sheet.name,
            table=self.names.table.id,
            row=None if row is None else row + 1,
            column=column,
            value=value,
        )
