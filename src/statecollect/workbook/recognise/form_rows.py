"""A form (``forms``) taken as a table of one row, and what stands on its sheet besides names and answers."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence

from statecollect.core.address import cell_name, column_letter
from statecollect.findings import Severity
from statecollect.workbook.layout import NOT_TAKEN, plain_name
from statecollect.workbook.recognise.data_rows import Body, says_no_record
from statecollect.workbook.recognise.forms import Form, Place, is_unit, text_of
from statecollect.workbook.recognise.header_row import Header, Names, report_absent, report_names
from statecollect.workbook.recognise.recognised import Block, Notebook
from statecollect.workbook.recognise.sheet_signs import report_beside


def take_form(form: Form, names: Names, notebook: Notebook) -> Block:
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

    def __init__(self, form: Form, names: Names, notebook: Notebook) -> None:
        self.form, self.names, self.notebook = form, names, notebook
        self.texts, self.sheet = form.texts, form.texts.sheet
        self.labels = {place: name for name, place in form.labels.items()}
        self.label_columns = {column for _, column in self.labels}

    def tell(self, left: Sequence[Place]) -> None:
        """Tell of names, of answers merged into one, and of the filled cells that are ``left``, in reading order."""
        header = self.form.header
        report_names(header, self.names, self._of_name)
        report_absent(header, self.names, self._of_name, "在表里补上这一栏，内容写在它的右边")
        for place, name in self.form.twice.items():
            first = cell_name(*self.form.answers[name])
            message = f"栏目「{name}」出现了两次，只取了 {first}，这里的没有收"
            self._say("S03", "error", message, "只留一处，删去另一处", place)
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
                message = f"与「{other}」的内容合并成了一格，只算作「{other}」的，「{name}」当作没有填"
                self._say("S10", "warning", message, "取消合并，每栏都填写", place)

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
            self._say("S06", "note", f"第 {row + 1} 行没有收：{reason}", "", (row, None))
            return
        self.notebook.leave_out(self.sheet, places, "没有对应的栏目")
        absent = [
            one.name for one in self.names.table.fields if one.name not in self.form.labels and not one.auto
        ]
        near = difflib.get_close_matches(plain_name(text_of(first)), absent, n=1, cutoff=0.6)
        what = f"栏目「{text_of(first)}」不在本表中" if text_of(first) else "左边没有栏目名"
        hint = (
            f"如果是「{near[0]}」，请把栏目名改成它" if near else "不用交的请删去；要交的请写上模板的栏目名"
        )
        self._say("S02", "warning", f"{what}，这里的 {len(places)} 个单元格没有收", hint, places[0])

    def _tell_column(self, column: int, found: Sequence[tuple[Place, str]]) -> None:
        """Tell of what stands beside answers: their units, and remarks or second answers, all of a column at once."""
        others: list[Place] = []
        doubtful: list[Place] = []
        for place, name in found:
            unit = self.names.table.by_name[name].shown_unit
            if unit and self._is_unit(place, name):
                said = text_of(self.sheet.at(*place))
                self.notebook.leave_out(self.sheet, [place], "是单位")
                if plain_name(said).strip("()") != plain_name(unit):
                    message = f"「{name}」旁边的单位写的是「{said}」，本表这一栏的单位是{unit}"
                    self._say("S02", "warning", message, f"请按{unit}填写，并改正单位", place)
                continue
            others.append(place)
            if not (
                isinstance(self.sheet.at(*place), str) and self.sheet.rows.holds(*self.form.answers[name])
            ):
                doubtful.append(place)
        if not others:
            return
        self.notebook.leave_out(self.sheet, others, "在内容的旁边")
        message = f"{column_letter(column)} 列的 {len(others)} 个单元格没有收：收的是左边紧靠栏目名的内容"
        hint = "要交的请填在紧靠栏目名的右边，其余的删去" if doubtful else ""
        self._say("S02", "warning" if doubtful else "note", message, hint, (doubtful or others)[0])

    def _of_name(
        self, rule: str, severity: Severity, message: str, hint: str, column: int | None = None
    ) -> None:
        """Say something of a name, by its number among the texts (``column``); of the whole table without one."""
        if column is None:
            self._say(rule, severity, message, hint, (None, None))
        else:
            self._say(rule, severity, message, hint, self.texts.places[column], self.texts.typed[column])

    def _say(
        self,
        rule: str,
        severity: Severity,
        message: str,
        hint: str,
        place: tuple[int | None, int | None],
        value: str | None = None,
    ) -> None:
        row, column = place
        self.notebook.say(
            rule,
            severity,
            message,
            hint,
            sheet=self.sheet.name,
            table=self.names.table.id,
            row=None if row is None else row + 1,
            column=column,
            value=value,
        )
