"""A process of its own for ``test_walk.py``: the real commands with whatever people send, in any order.

``walking.py FOLDER STEPS SEED`` prints one JSON line: what was called how often, and what was wrong. Each call is the
command line in a forked child, now and then killed; after each the history is as it was written, and a rebuild says the
same.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas  # noqa: F401  # what every child needs is imported before the first fork
import sqlglot.generators.duckdb  # noqa: F401
from killing import ended, fork

import killed_school as school
import mangling
import staffed_school
import statecollect.intake
import statecollect.workflow.validate  # noqa: F401
from statecollect.campaign import Campaign
from statecollect.cli.app import run

FAULT = re.compile("程序出错|Traceback|Error\\b")
DAYS = ("2097-01-05", "2099-08-31", "2099-09-10", "2099-12-31", "2104-02-29")
RULES = ("1.2.1-W01", "1.2.1-R01", "1.1.3-K01", "没有这条")
PARTIES = (school.OFFICE, *school.UNITS, staffed_school.GROUP)
TABLES = ("1.1.3", "1.2.1", "1.4.1", "1.6.1")
NAMED = ("--by", "张责任", "--reason", "电话核实")


def call(arguments: list[str], folder: Path, out: Path) -> None:
    """Run one command as the program is started; what it says and its exit status go to ``out``."""
    os.chdir(folder)
    sys.argv = ["statecollect", *arguments]
    said, noted = io.StringIO(), io.StringIO()
    status: object = None
    with redirect_stdout(said), redirect_stderr(noted):
        try:
            run()
        except SystemExit as end:
            status = end.code
    told = {"status": status, "out": said.getvalue(), "err": noted.getvalue()}
    out.write_text(json.dumps(told), encoding="utf-8")


def digests(campaign: Campaign, *, anew: bool) -> dict[str, Any]:
    with campaign.store(anew=anew) as store:
        return {
            "tables": {one: store.digest(one) for one in campaign.catalog.tables},
            "aside": [seq for seq, _ in store.set_aside()],
        }


def sound(folder: Path, *, damaged: bool) -> None:
    """Raise AssertionError unless the journal is as written and a rebuild tells the same."""
    campaign = Campaign.open(folder / "采集")
    problems = campaign.verify_log()
    assert damaged or problems == [], problems
    before = digests(campaign, anew=False)
    after = digests(campaign, anew=True)
    assert damaged or not after["aside"], "set aside though nothing is damaged"
    if before["aside"] == after["aside"]:
        assert before["tables"] == after["tables"], "rebuilt differently"


@dataclass
class Walk:
    """Somebody who does anything in any order; reproducible by its seed, but for the moments of the kills."""

    folder: Path
    chance: random.Random
    damaged: dict[Path, bytes] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    history: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    files: int = 0

    @property
    def journal(self) -> bytes:
        path = self.folder / "采集" / "store" / "journal.jsonl"
        return path.read_bytes() if path.exists() else b""

    def command(self, *arguments: str, killed: bool = False) -> dict[str, Any] | None:
        """Call the program; whatever it should not say or return is a problem."""
        out, report = self.folder / "说了什么.json", self.folder / "报告"
        out.unlink(missing_ok=True)
        everything = ["--campaign", str(self.folder / "采集"), *arguments]
        self.counts[" ".join(one for one in arguments[:2] if re.fullmatch("[a-z-]+", one))] += 1
        self.history.append(("KILLED " if killed else "") + " ".join(arguments))
        within = self.chance.uniform(0.01, 0.5) if killed else None
        over = ended(*fork(lambda: call(everything, self.folder, out), report), within)
        if over is None:
            return None
        if over:
            self.problems.append(report.read_text(encoding="utf-8"))
            return None
        told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        if told["status"] not in (0, 1, 2) or FAULT.search(told["out"] + told["err"]):
            self.problems.append(f"{told['status']} {told['out'][-3000:]} {told['err'][-2000:]}")
        if "--json" in arguments:
            try:
                document = json.loads(told["out"])
                if told["status"] == 2 and not ("error" in document or "files" in document):
                    self.problems.append(f"no error in {document}")
            except ValueError:
                self.problems.append(f"no JSON: {told['out'][:500]} {told['err'][:500]}")
        return told

    def step(self) -> None:
        """Do one thing, and look whether all is well."""
        kinds: list[tuple[int, Callable[[], object]]] = [
            (10, self.somebody_returns),
            (2, self.take_in),
            (2, self.templates),
            (2, self.validate),
            (6, self.decide),
            (2, self.look),
            (1, self.damage),
            (1, self.upgrade),
            (1, self.tidy),
        ]
        (do,) = self.chance.choices([do for _, do in kinds], [weight for weight, _ in kinds])
        do()
        report = self.folder / "报告"
        if ended(*fork(lambda: sound(self.folder, damaged=bool(self.damaged)), report)) != 0:
            self.problems.append(report.read_text(encoding="utf-8"))

    # what people do

    def somebody_returns(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            self.files += 1
            bases = sorted((self.folder / "模板").rglob("*.xlsx")) + sorted(
                (self.folder / "退回").rglob("*.xlsx")
            )
            older = sorted((self.folder / "收件").glob("*.xlsx"))
            mangling.returned(self.chance, bases, older, self.folder / "收件", self.files)
        self.take_in()

    def take_in(self) -> None:
        inbox = self.folder / "收件"
        given = [str(inbox)]
        if self.chance.random() < 0.3 and any(inbox.iterdir()):
            given = [str(self.chance.choice(sorted(inbox.iterdir())))]
        options = self.maybe(("--as-of", self.chance.choice(DAYS)), ("--note", "改正"), ("--json",))
        options += self.rarely(("--again",), ("--department", self.chance.choice(PARTIES)), ("--cloud",))
        killed = self.chance.random() < 0.25
        self.command("ingest", *given, *options, killed=killed)
        if self.chance.random() < 0.5 and not killed and "--again" not in options:
            before = self.journal
            self.command("ingest", *given, *options)
            if self.journal != before:
                self.problems.append("the same files once more are in the journal again")

    def templates(self) -> None:
        options = self.maybe(("--prefill", "采集"), ("--teachers", "名单.xlsx"))
        options += self.rarely(("--department", self.chance.choice(PARTIES)))
        self.command("make-templates", "--out", "模板", *options, killed=self.chance.random() < 0.2)

    def validate(self) -> None:
        options = self.maybe(("--marked", "退回"), ("--report", "结果.xlsx"), ("--json",))
        self.command("validate", *options, killed=self.chance.random() < 0.2)

    def decide(self) -> None:
        table, party = self.chance.choice(TABLES), self.chance.choice(PARTIES)
        action = self.chance.choice(("submit", "approve", "return", "finalise", "reopen"))
        held = [
            json.loads(line)["data"]["sha256"]
            for line in self.journal.splitlines()
            if b'"type":"held"' in line
        ]
        aside = str(self.chance.randint(1, 1 + self.journal.count(b"\n")))
        teacher = self.chance.choice(("0001", "0002", "李二", "0009"))
        undo = self.maybe(("--undo",))
        ways: list[tuple[str, ...]] = [
            ("review", action, "--table", table, "--by", "张责任", *self.maybe(("--party", party))),
            ("waive", self.chance.choice(RULES), "--table", table, *NAMED),
            ("nil", party, "--table", table, *NAMED),
            ("party", "exempt", party, "--table", table, *undo, *NAMED),
            ("teacher", "exempt", teacher, *undo, *NAMED),
            ("teacher", "add", f"00{self.chance.randint(1, 12):02}", "新来的", *NAMED),
            ("resolve", "--table", table, "--key", "A001|甲", "--take", party, *NAMED),
            ("rekey", *NAMED),
            ("rebuild", "--skip", aside, *undo, *NAMED),
            ("rebuild", "--accept-differences", *NAMED),
            ("ingest", "--accept", self.chance.choice([*held, "00000000"]), *NAMED),
        ]
        chosen = self.chance.choice([*ways, *[ways[-1]] * min(len(held), 3)])
        options = self.maybe(("--json",)) + self.rarely(("--as-of", self.chance.choice(DAYS)))
        if chosen[0] == "rekey" and self.chance.random() < 0.7:
            return
        self.command(*chosen, *options, killed=self.chance.random() < 0.15)

    def look(self) -> None:
        ways = [
            ("status",),
            ("log",),
            ("log", "--verify"),
            ("indicators",),
            ("party", "list"),
            ("teacher", "list"),
        ]
        ways += [("export", "--draft", "--out", "包"), ("export", "--out", "包"), ("rebuild",)]
        self.command(*self.chance.choice(ways), *self.maybe(("--json",)), killed=self.chance.random() < 0.1)

    def damage(self) -> None:
        """An original is gone or changed, or comes back."""
        if self.damaged:
            for path, content in self.damaged.items():
                path.write_bytes(content)
            self.history.append("originals restored")
            self.damaged.clear()
            return
        kept = sorted((self.folder / "采集" / "store" / "originals").glob("*.xlsx"))
        if kept and self.chance.random() < 0.5:
            path = self.chance.choice(kept)
            self.damaged[path] = path.read_bytes()
            path.chmod(0o600)
            path.unlink() if self.chance.random() < 0.5 else path.write_bytes(b"PK")
            self.history.append("original damaged")

    def upgrade(self) -> None:
        """A newer version of the year's folder."""
        path = Path(os.environ["STATECOLLECT_SCHEMAS"]) / "2099" / "catalog.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub('2099\\.\\d+"', f'2099.{self.chance.randint(1, 10**6)}"', text), encoding="utf-8"
        )
        self.history.append("upgrade")

    def tidy(self) -> None:
        """Somebody renames or throws away what was returned."""
        for path in sorted((self.folder / "收件").iterdir()):
            self.files += 1
            if self.chance.random() < 0.3:
                path.unlink()
            elif self.chance.random() < 0.3:
                path.rename(path.with_name(f"改名{self.files}{path.suffix}"))

    def maybe(self, *options: tuple[str, ...]) -> list[str]:
        return [part for one in options if self.chance.random() < 0.4 for part in one]

    def rarely(self, *options: tuple[str, ...]) -> list[str]:
        return [part for one in options if self.chance.random() < 0.1 for part in one]


def main() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, steps, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    walk = Walk(folder, random.Random(seed))
    for name in ("收件", "模板", "退回"):
        (folder / name).mkdir(exist_ok=True)
    try:
        walk.command("make-templates", "--out", "模板", "--teachers", "名单.xlsx")
        for _ in range(steps):
            walk.step()
            if walk.problems:
                break
    except KeyboardInterrupt:  # long enough
        pass
    except Exception:  # noqa: BLE001  # a fault of the walk itself
        walk.problems.append(traceback.format_exc())
    shutil.rmtree(folder / "被杀", ignore_errors=True)
    told = {"calls": walk.counts, "events": walk.journal.count(b"\n"), "problems": walk.problems}
    print(json.dumps({**told, "history": walk.history}, ensure_ascii=False, default=str))


if __name__ == "__main__":
    main()
