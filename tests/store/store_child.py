"""A process of its own for the tests: ``hold FOLDER`` or ``submit FOLDER PARTY FIRST COUNT``.

``submit`` prints the number of each version once it is taken in; ``hold`` keeps the store open until its input ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import toy


def rows_of_version(number: int) -> list[dict[str, object]]:
    """Versions differ in content and in length."""
    return [
        {"专业代码": f"{at:04}", "经费": float(number), "男生": at} for at in range(1 + number * 37 % 200)
    ]


def main() -> None:
    task, folder = sys.argv[1], Path(sys.argv[2])
    if task == "hold":
        with toy.open_store(folder):
            print("ready", flush=True)
            sys.stdin.read()
        return
    party, first, count = sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    print("ready", flush=True)
    for number in range(first, first + count):
        tables: dict[str, toy.Rows] = {
            "1.2.1": rows_of_version(number),
            "1.1.3": [{"机构名称": f"第{number}版"}],
        }
        path = toy.workbook(folder, party, tables)
        with toy.open_store(folder) as store:
            toy.submit(store, path)
        print(number, flush=True)


if __name__ == "__main__":
    main()
