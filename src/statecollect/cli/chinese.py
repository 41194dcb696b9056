"""What the option parser says by itself, in Chinese: the frame of every help text, and unusable calls."""

from __future__ import annotations

import re

import typer
from typer.core import TyperCommand, TyperGroup

from statecollect.core.visible import on_one_line, visible

# The parser's own base of all unusable calls; which package it lives in differs between versions
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
_HELP = (
    (re.compile(r"\[OPTIONS\]"), "[选项]"),
    (re.compile(r"COMMAND \[ARGS\]\.\.\."), "命令 …"),
    (re.compile(r"^Usage: ", re.MULTILINE), "用法："),
    (re.compile(r"^Options:$", re.MULTILINE), "选项："),
    (re.compile(r"^Arguments:$", re.MULTILINE), "参数："),
    (re.compile(r"^Commands:$", re.MULTILINE), "命令："),
    (re.compile(r"Show this message and exit\."), "显示这段说明后退出"),
    (re.compile(r"Install completion for the current shell\."), "为当前终端安装命令补全"),
    (
        re.compile(
            r"Show completion for the current shell, to copy it or\s+customize\s+the\s+installation\."
        ),
        "显示命令补全的脚本",
    ),
    (re.compile(r"(?i) <(?:list\[)?(?:path|str|int|date)\]?>(?:\.\.\.)?"), ""),
    (re.compile(r"\[required\]"), "[必填]"),
    (re.compile(r"\[default: "), "[默认："),
)
_ERRORS = (
    (re.compile(r"^No such command '(.*?)'\.?.*", re.DOTALL), r"没有命令「\1」"),
    (
        re.compile(r"^No such option:? '?(--campaign|--quiet|-q|--debug|--version)\b.*$", re.DOTALL),
        r"「\1」要写在命令名的前面",
    ),
    (
        re.compile(r"^No such option:? '?(\S+?)'?(?: \(Possible options: (.*)\)| Did you mean.*)?$"),
        r"没有选项「\1」",
    ),
    (re.compile(r"^Missing command\.?$"), "没有写命令"),
    (re.compile(r"^Missing \w+ '(.*?)'.*", re.DOTALL), r"缺少「\1」"),
    (re.compile(r"^Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)$", re.DOTALL), r"多出来的内容「\1」"),
    (re.compile(r"^Option '(.*?)' requires an argument\.?$"), r"选项「\1」后面要写内容"),
    (
        re.compile(r"^Invalid value for '(.*?)': (?:Value error, )?'(.*?)' is not one of (.*)\.$"),
        r"\1 不能是「\2」，可用：\3",
    ),
    (
        re.compile(r"^Invalid value for '(.*?)': .*valid (?:integer|int)\b.*$", re.DOTALL),
        r"\1 不对：要写整数",
    ),
    (re.compile(r"^Invalid value for '(.*?)': "), r"\1 不对："),
    (re.compile(r"^Invalid value: "), "内容不对："),
)


def _help(text: str) -> str:
    for pattern, chinese in _HELP:
        text = pattern.sub(chinese, text)
    return text


class Command(TyperCommand):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """Return the help text."""
        return _help(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands whose help is Chinese throughout."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """Return the help text."""
        return _help(super().get_help(ctx))


def speak_chinese(app: typer.Typer) -> None:
    """Give every command and group of ``app`` its Chinese frame."""
    app.info.cls = Group
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = Group
        if group.typer_instance is not None:
            speak_chinese(group.typer_instance)


def unusable(error: Exception) -> str:
    """Return the one line about an unusable call, and where help is; the help itself for a call without a command."""
    said = str(error.format_message()) if isinstance(error, UsageError) else str(error)  # type: ignore[attr-defined]
    if "\n" in said and "用法：" in said:
        return visible(said)
    for pattern, chinese in _ERRORS:
        said = pattern.sub(chinese, said)
    context = getattr(error, "ctx", None)
    path = context.command_path.replace("python -m ", "") if context is not None else "statecollect"
    return on_one_line(f"{said}；用法见 {path} --help")
