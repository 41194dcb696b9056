"""What acts on a screen instead of showing something is shown, on the terminal and in pages, and is never mark-up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from statecollect.cli.app import _last_line
from statecollect.core.visible import escaped, on_one_line, visible
from statecollect.render.html.frame import write_page
from statecollect.render.page import Bar, Chart, Page, PrintedTable, Section

ACTING = [*range(0x00, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x200B, 0x2010)]
ACTING += [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x061C, 0x2028, 0xDC80]
HOSTILE = "教\x1b[31m务\x1b]0;pwn\x07处\u202eslx\u200b\x9b5m"
SAYING = """
from statecollect.cli import screen
from statecollect.cli.session import Session
{body}
"""


def test_every_acting_character_is_shown_by_a_visible_one() -> None:
    for code in ACTING:
        shown = visible(f"甲{chr(code)}乙")
        assert shown.isprintable(), hex(code)
        assert (shown[0], shown[-1]) == ("甲", "乙"), hex(code)
        assert len(shown) > 2, hex(code)
        assert json.loads(escaped(json.dumps(chr(code), ensure_ascii=False))) == chr(code), hex(code)
        assert escaped(json.dumps(chr(code), ensure_ascii=False)).isascii(), hex(code)


def test_usual_text_stays_as_it_is() -> None:
    text = "学制（年）3.5％，第一行\n\t第二行 Ünïcode 😀"
    assert visible(text) == text
    assert on_one_line("甲\n乙\r\n丙") == "甲 乙 丙"


def python(body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "FORCE_COLOR"}}
    return subprocess.run(
        [sys.executable, "-c", SAYING.format(body=body)],
        env={**plain, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )


def test_nothing_acts_on_the_terminal_and_nothing_is_mark_up() -> None:
    body = f"""
hostile = {HOSTILE!r}
screen.say(hostile + "[bold]甲[/bold]:smile:")
screen.note(Session(), hostile + "[red]")
screen.grid("参照档案：在 [indicators] 的 " + hostile, ["列[red]" + hostile], [[hostile + "[/]"]])
screen.write_json([hostile])
"""
    said = python(body)
    for text in (said.stdout, said.stderr):
        assert not any(char in text for char in "\x1b\x07\u202e\u200b\x9b")
    for kept in ("[bold]甲[/bold]:smile:", "在 [indicators] 的", "列[red]", "[/]"):
        assert kept in said.stdout
    assert "[red]" in said.stderr
    assert json.loads(said.stdout[said.stdout.rindex("\n[\n") :]) == [HOSTILE]


def test_a_pipe_gets_sentences_and_rows_whole() -> None:
    path = "/tmp/" + "很长的文件夹/" * 40 + "报告.docx"
    said = python(
        f"screen.say('写好：{path}'); screen.note(Session(), '{path}'); screen.grid('', ['甲'], [['{path}']])"
    )
    first, *_ = said.stdout.splitlines()
    assert first == f"写好：{path}"
    assert said.stderr.strip() == path
    assert path in said.stdout[len(first) :]


def test_a_width_that_is_asked_for_is_kept_on_a_pipe() -> None:
    said = python("screen.say('汉 ' * 100); screen.grid('', ['甲'], [['字' * 100]])", COLUMNS="60")
    assert max(map(cell_len, said.stdout.splitlines())) <= 60


def test_the_last_line_of_a_failed_call_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    _last_line(f"〔{HOSTILE}\n{HOSTILE}.xlsx〕打不开\udc80")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.rstrip("\n").isprintable()


def test_an_unusable_call_does_not_repeat_escape_sequences(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "statecollect", f"命令{HOSTILE}"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert said.stderr.strip().isprintable()


def test_pages_show_what_would_act(tmp_path: Path) -> None:
    path = tmp_path / "页.html"
    write_page(path, "report.html.j2", title=HOSTILE, report=_report())
    text = path.read_text(encoding="utf-8")
    assert "␛[31m" in text
    assert "⟪U+202E⟫" in text
    assert not any(char in text for char in "\x1b\x07\u202e\u200b\x9b")


def _report() -> Page:
    chart = Chart(HOSTILE, [Bar(HOSTILE, (("error", 1.0),), HOSTILE)], {"error": HOSTILE})
    table = PrintedTable((HOSTILE,), [(HOSTILE,)], (1,), HOSTILE)
    return Page(HOSTILE, (HOSTILE,), sections=[Section(HOSTILE, (HOSTILE,), chart, (table,))], remark=HOSTILE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("width", [80, 120])
def test_what_is_said_beside_a_progress_bar_stands_on_lines_of_its_own(width: int) -> None:
    story = [f"收下 82 份，{number}14014 个单元格 [甲]" for number in range(3)]
    body = f"""
with screen.progress(Session(), "演示") as step:
    for number, text in enumerate({story!r}):
        step("表[bold]" + "很长的名称" * number * 9, number, 3)
        screen.say(text)
        screen.note(Session(), text + "。")
screen.say("完")
"""
    screen = on_a_terminal(SAYING.format(body=body), width)
    assert screen == [*(line for text in story for line in (text, f"{text}。")), "完"]


def on_a_terminal(code: str, width: int) -> list[str]:
    """Run code on a real terminal; return the lines that stand on its screen at the end."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    plain = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**plain, "TERM": "xterm", "NO_COLOR": "1"},
    ) as running:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux tells the end so
                break
            if not part:
                break
            said += part
    os.close(ours)
    assert running.returncode == 0, said.decode()
    return screen_of(said.decode(), width)


def screen_of(said: str, width: int) -> list[str]:
    """Play what a terminal was sent: line ends, carriage returns, lines up, erased lines; anything else is text."""
    lines: list[list[str]] = [[]]
    row = column = 0
    for piece in re.findall(r"\x1b\[\??[0-9;]*[A-Za-z]|\r|\n|[^\x1b\r\n]", said):
        if piece == "\r":
            column = 0
        elif piece == "\n":
            row += 1
        elif piece.endswith("A") and piece.startswith("\x1b"):
            row -= int(piece[2:-1] or 1)
        elif piece == "\x1b[2K":
            lines[row] = []
        elif not piece.startswith("\x1b"):
            if column + cell_len(piece) > width:
                row, column = row + 1, 0
            while len(lines) <= row:
                lines.append([])
            line = lines[row]
            line += [" "] * (column - len(line))
            line[column : column + cell_len(piece)] = [piece, *[""] * (cell_len(piece) - 1)]
            column += cell_len(piece)
        while len(lines) <= row:
            lines.append([])
    shown = ["".join(line).rstrip() for line in lines]
    return [line for line in shown if line]
