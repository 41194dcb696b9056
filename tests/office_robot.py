"""A clerk at LibreOffice: run by the system's Python, which has UNO, with a plan on standard input.

The plan is JSON: ``file``, ``out`` (where to save, or null) and ``steps``, each a list whose first item is the name of a
function below. The answers of the steps are printed as one JSON list. Nothing of statecollect is imported here.
"""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import uno
from com.sun.star.awt import Size
from com.sun.star.beans import PropertyValue

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xls": "MS Excel 97", ".ods": "calc8"}
CHINESE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General">
<prop oor:name="DefaultLocale_CJK"><value>zh-CN</value></prop></item>
</oor:items>
"""  # what typing 3月5日 or 2021-9-1 means depends on the country the office is set to


def prop(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


class Clerk:
    """One document open in one office."""

    def __init__(self, context: Any, file: str) -> None:
        self.context, self.manager = context, context.ServiceManager
        manager = self.manager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        hidden = (prop("Hidden", True), prop("MacroExecutionMode", 0))
        self.document = desktop.loadComponentFromURL(Path(file).as_uri(), "_blank", 0, hidden)
        self.controller = self.document.CurrentController

    def sheet(self, name: str) -> Any:
        return self.document.Sheets.getByName(name)

    def do(self, command: str, *arguments: Any) -> None:
        self.dispatcher.executeDispatch(self.controller.Frame, f".uno:{command}", "", 0, arguments)

    def go(self, sheet: str, area: str) -> None:
        self.controller.setActiveSheet(self.sheet(sheet))
        self.do("GoToCell", prop("ToPoint", area))

    def type(self, sheet: str, cells: dict[str, str]) -> None:
        """Type texts into cells as at the keyboard."""
        for cell, text in cells.items():
            self.go(sheet, cell)
            self.do("EnterString", prop("StringName", text))

    def enter(self, sheet: str, cells: dict[str, str]) -> None:
        """Put texts into cells as the office understands them, without the keyboard: much quicker than ``type``."""
        one = self.sheet(sheet)
        for cell, text in cells.items():
            one.getCellRangeByName(cell).FormulaLocal = text

    def invalid(self, sheet: str) -> list[str]:
        """Return the cells that "mark invalid data" circles."""
        one = self.sheet(sheet)
        page, before = one.DrawPage, one.DrawPage.Count
        one.showInvalid()
        found = []
        for number in range(before, page.Count):
            shape = page.getByIndex(number)
            found.append(self.below(one, shape))
        one.clearArrows()
        return sorted(found)

    def below(self, sheet: Any, shape: Any) -> str:
        middle = shape.Position.X + shape.Size.Width // 2, shape.Position.Y + shape.Size.Height // 2
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        for column in range(last.EndColumn + 1):
            at = sheet.getCellByPosition(column, 0)
            if at.Position.X <= middle[0] < at.Position.X + at.Size.Width:
                break
        for row in range(last.EndRow + 1):
            at = sheet.getCellByPosition(column, row)
            if at.Position.Y <= middle[1] < at.Position.Y + at.Size.Height:
                break
        name: str = sheet.getCellByPosition(column, row).AbsoluteName
        return name.rpartition(".")[2].replace("$", "")

    def delete_row(self, sheet: str, row: int) -> None:
        self.go(sheet, f"A{row}")
        self.do("DeleteRows")

    def insert_row(self, sheet: str, row: int) -> None:
        """Insert an empty row above this one."""
        self.go(sheet, f"A{row}")
        self.do("InsertRowsBefore")

    def copy(self, sheet: str, area: str, to_sheet: str, cell: str) -> None:
        """Copy and paste with formats, as Ctrl+C and Ctrl+V do."""
        self.go(sheet, area)
        taken = self.controller.getTransferable()
        self.go(to_sheet, cell)
        self.controller.insertTransferable(taken)

    def scratch(self, name: str, rows: list[list[str]]) -> None:
        """Add a sheet of locked, plainly formatted texts and numbers, as another workbook would hold them."""
        self.document.Sheets.insertNewByName(name, self.document.Sheets.Count)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                self.sheet(name).getCellByPosition(column, row).setFormula(text)

    def drop(self, name: str) -> None:
        self.document.Sheets.removeByName(name)

    def shown(self, sheet: str, area: str) -> list[list[str]]:
        found = self.sheet(sheet).getCellRangeByName(area)
        size = found.RangeAddress
        return [
            [found.getCellByPosition(c, r).String for c in range(size.EndColumn - size.StartColumn + 1)]
            for r in range(size.EndRow - size.StartRow + 1)
        ]

    def float_text(self, sheet: str, text: str) -> None:
        """Put a text box over the cells of a sheet."""
        shape = self.floating(sheet, "com.sun.star.drawing.TextShape")
        shape.setString(text)

    def float_picture(self, sheet: str) -> None:
        """Put a picture of one point over the cells of a sheet."""
        point = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(base64.b64decode(point))
            file.flush()
            provider = self.manager.createInstanceWithContext(
                "com.sun.star.graphic.GraphicProvider", self.context
            )
            graphic = provider.queryGraphic((prop("URL", Path(file.name).as_uri()),))
        self.floating(sheet, "com.sun.star.drawing.GraphicObjectShape").Graphic = graphic

    def floating(self, sheet: str, kind: str) -> Any:
        shape = self.document.createInstance(kind)
        shape.Size = Size(3000, 1500)
        self.sheet(sheet).DrawPage.add(shape)
        return shape

    def calculate_by_hand(self) -> None:
        """Leave it to the user to ask for new results of formulas."""
        self.document.enableAutomaticCalculation(False)

    def every_value(self, last: str) -> dict[str, list[list[Any]]]:
        """Return what the cells of all sheets hold, up to this one: days and truths as numbers, errors as none."""
        sheets = self.document.Sheets
        return {
            name: sheets.getByName(name).getCellRangeByName(f"A1:{last}").getDataArray()
            for name in sheets.ElementNames
        }

    def every_text(self, folder: str) -> None:
        """Write each sheet, as it is shown, into a file of its own (.csv) in a folder."""
        options = "44,34,76,1,,0,false,true,true,false,false,-1"
        out = Path(folder) / "shown.csv"
        self.document.storeToURL(
            out.as_uri(), (prop("FilterName", "Text - txt - csv (StarCalc)"), prop("FilterOptions", options))
        )

    def save(self, out: str) -> None:
        """Save a copy in the format of the name's suffix."""
        self.document.storeToURL(Path(out).as_uri(), (prop("FilterName", FILTERS[Path(out).suffix]),))


def started(profile: str, pipe: str) -> subprocess.Popen[bytes]:
    user = Path(profile) / "user"
    user.mkdir()
    (user / "registrymodifications.xcu").write_text(CHINESE, encoding="utf-8")
    return subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def connected(office: subprocess.Popen[bytes], pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001  # UNO says only that nobody answers yet
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise SystemExit(f"LibreOffice ended with {office.wait(0.2)}") from None
    raise SystemExit("LibreOffice does not answer")


def main() -> None:
    plans = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pipe = f"clerk{Path(folder).name}"
        office = started(folder, pipe)
        answers = []
        try:
            context = connected(office, pipe)
            for plan in plans:
                clerk = Clerk(context, plan["file"])
                answers.append([getattr(clerk, name)(*arguments) for name, *arguments in plan["steps"]])
                if plan.get("out"):
                    clerk.save(plan["out"])
                clerk.document.close(True)
            desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            with contextlib.suppress(Exception):  # the bridge goes down with the office
                desktop.terminate()
            office.wait(30)
        finally:
            if office.poll() is None:
                office.kill()
        json.dump(answers, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
