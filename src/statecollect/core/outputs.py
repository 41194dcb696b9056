"""Where outputs go: only what is ours is replaced, and a file or folder appears whole or not at all.

Three ways to write. A *file* is written aside and renamed (``aside``, ``write_atomically``). A *folder that is
replaced whole* (``whole_folder``) must be new, empty, or an earlier output of ours and nothing else. A folder that is
*added to* keeps what is not ours: before the first file is written, ``only_ours`` refuses by name those that stand in
the way.

Inside a campaign everything is for its owner alone (0600, folders 0700); elsewhere a file gets the rights any new file
of that folder would get.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from statecollect.core.errors import UsageError

CONFIG_NAME = "statecollect.toml"  # by it the folder of a campaign is known
GENERATOR = '<meta name="generator" content="statecollect">'  # in the head of every page of ours
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # left by file managers; nobody's
_ASIDE = ".writing-"  # then the machine, the process, and what tells two files apart
_ASIDE_NAME = re.compile(re.escape(_ASIDE) + r"([0-9a-f]{4})-([0-9]{1,9})-[0-9a-f]{12}")
_LEFT_BEHIND = 24 * 3600  # seconds after which what another machine was writing is taken to be left behind
_SHOWN = 5
# Both times as our writers put them in; any program that saves the file again puts in its own
_UNTOUCHED = {
    ".xlsx": re.compile(
        rb"<dcterms:created[^>]*>2022-01-01T00:00:00Z</dcterms:created>"
        rb"<dcterms:modified[^>]*>2022-01-01T00:00:00Z</dcterms:modified>"
    ),
    ".docx": re.compile(rb"<dcterms:modified[^>]*>1980-01-01T00:00:00Z</dcterms:modified>"),
}
_MOST_HEAD = 64 * 1024  # bytes of a file that are looked at


def inside_campaign(path: Path) -> bool:
    """Whether a place lies in the folder of a campaign."""
    return any((folder / CONFIG_NAME).is_file() for folder in path.absolute().parents)


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it. Raises UsageError where that cannot be."""
    missing = [folder]
    while not os.path.lexists(missing[-1].parent) and missing[-1].parent != missing[-1]:
        missing.append(missing[-1].parent)
    if os.path.lexists(folder):
        if not folder.is_dir():
            raise UsageError("是一个文件，不是文件夹", hint="换一个文件夹", where=str(folder))
        return
    mode = 0o700 if inside_campaign(folder) else 0o777
    try:
        for above in reversed(missing):
            above.mkdir(mode, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(place: Path, error: OSError) -> UsageError:
    if isinstance(error, NotADirectoryError | FileExistsError):
        what = "上级是一个文件，不是文件夹"
    elif isinstance(error, PermissionError) or error.errno == 30:  # a read-only file system
        what = "没有写入的权限"
    else:
        what = "这里不能写文件"
    return UsageError(what, hint="换一个地方", where=str(place))


@contextmanager
def aside(path: Path, private: bool | None = None) -> Iterator[Path]:
    """Give a path to write to; after the block the file is at ``path``, after an error nothing is.

    The file is made in a folder of its own beside its place, which only the owner can open; scratch files may lie in
    it too. What a killed process left of such folders is cleared first. ``private``: see the module; None: by place.
    """
    folder = path.absolute().parent
    if path.is_dir() and not path.is_symlink():
        raise UsageError("是一个文件夹，不是文件", hint="写上文件名", where=str(path))
    make_folder(folder)
    _tidy(folder)
    own = folder / f"{_ASIDE}{_machine()}-{os.getpid()}-{secrets.token_hex(6)}"
    try:
        own.mkdir(0o700)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield own / path.name
        if inside_campaign(path) if private is None else private:
            (own / path.name).chmod(0o600)
        try:
            (own / path.name).replace(folder / path.name)
        except PermissionError as error:  # Windows, while Excel has the file open
            hint = "关闭它再运行；或检查文件夹的权限"
            raise UsageError(
                "文件写不进去，可能正在 Excel 或 WPS 中打开", hint=hint, where=path.name
            ) from error
    finally:
        shutil.rmtree(own, ignore_errors=True)


def write_atomically(
    path: Path, content: bytes | str | Callable[[Path], None], private: bool | None = None
) -> None:
    """Write a file that appears whole or not at all: its content, or what writes it to the path it is given."""
    with aside(path, private) as half:
        if callable(content):
            content(half)
        else:
            data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
            half.write_bytes(data)


def _machine() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()) & 0xFFFF:04x}"


@lru_cache(maxsize=4096)  # once a folder: hundreds of workbooks go into one
def _tidy(folder: Path) -> None:
    """Clear away what killed processes were writing in a folder."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in [entry for entry in entries if entry.name.startswith(_ASIDE)]:
            found = _ASIDE_NAME.fullmatch(entry.name)
            if found and entry.is_dir(follow_symlinks=False) and _left_behind(entry, found[1], int(found[2])):
                shutil.rmtree(entry.path, ignore_errors=True)


def _left_behind(entry: os.DirEntry[str], machine: str, process: int) -> bool:
    if machine == _machine() and os.name == "posix":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > _LEFT_BEHIND


def replaceable(path: Path) -> bool:
    """Whether a file may be written here: there is none, it is empty, or it is ours and nobody has saved it since."""
    if not os.path.lexists(path):
        return True
    if path.is_symlink() or not path.is_file():
        return False
    try:
        return path.stat().st_size == 0 or _is_ours(path)
    except OSError:
        return False


def _is_ours(path: Path) -> bool:
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(_MOST_HEAD)
    if suffix in _UNTOUCHED:
        try:
            with zipfile.ZipFile(path) as archive, archive.open("docProps/core.xml") as part:
                return bool(_UNTOUCHED[suffix].search(part.read(_MOST_HEAD)))
        except (OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError):
            return False
        except (zipfile.BadZipFile, zlib.error):
            return False
    if suffix in {".html", ".htm"}:
        return GENERATOR.encode() in head or b'<html lang="zh-CN">\n<head>\n<meta charset="utf-8">' in head
    if suffix == ".json":  # the report of validate; a JSON file of anything else does not begin like this
        return re.match(rb'\{\s*"tables":\s*\{', head) is not None
    return False


def only_ours(paths: Iterable[Path]) -> None:
    """Raise UsageError, naming them, when files that are not ours stand where these would be written."""
    foreign = [path for path in paths if not replaceable(path)]
    if foreign:
        names = "、".join(path.name for path in foreign[:_SHOWN])
        more = f" 等 {len(foreign)} 个" if len(foreign) > _SHOWN else ""
        raise UsageError(
            f"已有同名文件，不是本程序写的，或者写出后有人改过，没有覆盖：{names}{more}",
            hint="先把它移走或改名，或换一个地方写",
            where=str(foreign[0].parent),
        )


@contextmanager
def whole_folder(out: Path, strangers: Callable[[Path], Sequence[str]]) -> Iterator[Path]:
    """Give a folder to fill; after the block it stands at ``out``, whole, in place of an earlier one of ours.

    ``strangers`` names what in a folder is not an earlier output, or was changed since. Raises UsageError before
    anything is written when ``out`` is not new, empty, or ours. Killed at any moment, the older folder or the new one
    is there; the next call clears away the rest.
    """
    refuse_place(out)
    out = out.parent.resolve() / out.name if out.name not in {"", ".."} else out.resolve()
    building, before, going = (
        out.with_name(f".{out.name}.{word}") for word in ("正在写", "上一份", "清除中")
    )
    _recover(out, building, before, going)
    refuse_foreign(out, strangers)
    make_folder(out.parent)
    private = inside_campaign(out)
    try:
        building.mkdir(0o700 if private else 0o777)
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield building
        if private:
            _for_owner(building)
        if out.exists():
            out.replace(before)
        try:
            building.replace(out)
        except OSError:
            if before.exists():
                before.replace(out)
            raise
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _discard(before, going)


def refuse_place(out: Path) -> None:
    """Raise UsageError for a place that no output may take: a link, a file, where we are, what holds a campaign."""
    where = str(out)
    if out.is_symlink():
        raise UsageError("是一个链接，不会替换它", hint="写上真正的文件夹，或换一个新的", where=where)
    if out.exists() and not out.is_dir():
        raise UsageError("是一个文件，不是文件夹", hint="换一个文件夹", where=where)
    here, real = Path.cwd(), out.resolve()
    if real in {here, *here.parents}:
        raise UsageError("是当前文件夹或它的上级，不会替换它", hint="写一个新文件夹的名称", where=where)
    if (real / CONFIG_NAME).exists():
        raise UsageError("是采集工作文件夹，不会替换它", hint="写一个新文件夹的名称", where=where)


def refuse_foreign(out: Path, strangers: Callable[[Path], Sequence[str]]) -> None:
    """Raise UsageError, naming what lies there, when a folder holds anything but an earlier output of ours."""
    foreign = strangers(out) if out.is_dir() else []
    if foreign:
        shown = "、".join(foreign[:_SHOWN]) + (f" 等 {len(foreign)} 个" if len(foreign) > _SHOWN else "")
        raise UsageError(
            f"里面有不是本程序导出的、或导出后改动过的文件，没有替换：{shown}",
            hint="把它们移走，或换一个新的文件夹",
            where=str(out),
        )


def files_in(folder: Path, litter: bool = False) -> list[str]:
    """Return what a folder holds, by its path from there; links are not followed, what file managers leave is nobody's."""
    found = []
    for top, folders, names in os.walk(folder):
        linked = [name for name in folders if Path(top, name).is_symlink()]
        found += [
            Path(top, name).relative_to(folder).as_posix()
            for name in (*names, *linked)
            if litter or name not in _LITTER
        ]
    return sorted(found)


def entries_of(folder: Path) -> list[str]:
    """Return the names of what stands in a folder itself."""
    return sorted(path.name for path in folder.iterdir() if path.name not in _LITTER)


def json_object(text: bytes | str) -> dict[str, object] | None:
    """Return a JSON object; None for anything else, however deep or odd it is."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _for_owner(folder: Path) -> None:
    for top, folders, names in os.walk(folder):
        for name in folders:
            Path(top, name).chmod(0o700)
        for name in names:
            Path(top, name).chmod(0o600)


def _recover(out: Path, building: Path, before: Path, going: Path) -> None:
    """Clear away what a killed call left; an older folder that stood aside when it died comes back."""
    for left in (building, going):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
    if before.is_dir() and not before.is_symlink():
        if not os.path.lexists(out):
            before.replace(out)
        else:
            _discard(before, going)


def _discard(before: Path, going: Path) -> None:
    """Delete an older folder; half deleted it has another name, so that it never comes back as a whole one."""
    if before.is_dir():
        before.replace(going)
        shutil.rmtree(going, ignore_errors=True)
