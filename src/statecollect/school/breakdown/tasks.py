"""What a task breakdown says, as immutable values in the shape of ``breakdown --json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast, get_args

from statecollect.core.errors import BreakdownError

Mode = Literal["collect", "auto", "cloud", "cloud+supplement"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something not understood, or understood only by an assumption, and the cell where it stands."""

    cell: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Written:
    """The four columns of a row word for word, where the lists of the assignment do not repeat them."""

    sources: str = ""
    fillers: str = ""
    reviewers: str = ""
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One table of the breakdown.

    The lists hold names as written; group words (各系部, 教学单位组织, …) stay words, the campaign expands them.
    The lists of an ``auto`` table are empty, and ``as_written`` keeps what its columns said.
    """

    id: str
    name: str
    group: str
    item: str
    sources: tuple[str, ...]
    fillers: tuple[str, ...]
    reviewers: tuple[str, ...]
    responsible: tuple[str, ...]
    remark: str
    mode: Mode
    cell: str = ""
    as_written: Written | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the object of the JSON contract; the id is its key in ``tables``."""
        shape: dict[str, Any] = {
            "name": self.name,
            "group": self.group,
            "item": self.item,
            "sources": list(self.sources),
            "fillers": list(self.fillers),
            "reviewers": list(self.reviewers),
            "responsible": list(self.responsible),
            "remark": self.remark,
            "mode": self.mode,
            "cell": self.cell,
        }
        if self.as_written is not None:
            shape["as_written"] = asdict(self.as_written)
        return shape


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All assignments by table id, in the order of the file, and what could not be understood."""

    tables: Mapping[str, Assignment] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the document of ``breakdown --json``."""
        return {
            "tables": {table_id: assignment.as_json() for table_id, assignment in self.tables.items()},
            "problems": [asdict(problem) for problem in self.problems],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Breakdown:
        """Read back what ``as_json`` wrote; raises BreakdownError when it is something else."""
        try:
            tables = {
                table_id: _assignment(table_id, shape) for table_id, shape in document["tables"].items()
            }
            problems = tuple(Problem(**problem) for problem in document["problems"])
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise BreakdownError(
                "保存的任务分解结果已损坏，无法读取", hint="请用原来的任务分解表重新解析"
            ) from fault
        return cls(tables, problems)


def _assignment(table_id: str, shape: Mapping[str, Any]) -> Assignment:
    mode = shape["mode"]
    if mode not in get_args(Mode):
        raise ValueError(mode)
    written = shape.get("as_written")
    return Assignment(
        id=table_id,
        name=str(shape["name"]),
        group=str(shape["group"]),
        item=str(shape["item"]),
        sources=_names(shape["sources"]),
        fillers=_names(shape["fillers"]),
        reviewers=_names(shape["reviewers"]),
        responsible=_names(shape["responsible"]),
        remark=str(shape["remark"]),
        mode=cast("Mode", mode),
        cell=str(shape.get("cell", "")),
        as_written=None if written is None else Written(**written),
    )


def _names(value: Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError(value)
    return tuple(str(name) for name in value)
