"""The command line as a whole: global options, the commands, and one place where errors end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from statecollect.cli.chinese import UsageError, speak_chinese, unusable
from statecollect.cli.commands import (
    breakdown,
    check,
    demo,
    export,
    indicators,
    ingest,
    init,
    log,
    make_templates,
    report,
    review,
    schema,
    status,
    validate,
    waive,
)
from statecollect.cli.session import Session
from statecollect.errors import StatecollectError
from statecollect.mishaps import interrupted

app = typer.Typer(
    name="statecollect",
    help="高职状态数据采集：从任务分解表到上报包。",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from statecollect import __version__

        typer.echo(f"statecollect {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    campaign: Annotated[
        Path | None,
        typer.Option("--campaign", metavar="文件夹", help="采集工作文件夹；默认从当前文件夹向上找"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度和提示")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示程序的调用过程")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本后退出")
    ] = False,
) -> None:
    """高职状态数据采集：从任务分解表到上报包。"""
    context.obj = Session(campaign, quiet, debug)


app.command("demo")(demo.demo)
app.command("breakdown")(breakdown.breakdown)
app.command("init")(init.init)
app.command("make-templates")(make_templates.make_templates)
app.command("check")(check.check)
app.command("ingest")(ingest.ingest)
app.command("validate")(validate.validate)
app.command("waive")(waive.waive)
app.add_typer(review.app, name="review")
app.command("resolve")(waive.resolve)
app.command("status")(status.status)
app.command("indicators")(indicators.indicators)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("log")(log.log)
app.command("rebuild")(log.rebuild)
app.add_typer(schema.app, name="schema")
speak_chinese(app)


def run() -> None:
    """Run and exit with the contract's status: 0, 1, 2, or 130 after Ctrl-C; a traceback only with --debug."""
    _speak_utf8()
    debug = "--debug" in sys.argv
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except UsageError as error:
        sys.stderr.write(unusable(error) + "\n")
        sys.exit(2)
    except StatecollectError as error:
        if debug:
            raise
        _last_line(str(error))
        sys.exit(error.exit_status)
    except (KeyboardInterrupt, typer.Abort):
        _last_line("已中断；已经收下的数据完好")
        sys.exit(130)
    except MemoryError:
        _last_line("内存不足，没有改动任何数据；请关闭其他程序后重试")
        sys.exit(2)
    except OSError as error:
        if debug:
            raise
        _last_line(
            f"〔{error.filename or '文件'}〕读写失败：{error.strerror or error}；检查磁盘空间、权限，文件是否被打开"
        )
        sys.exit(2)
    except Exception as error:  # the outermost floor: a fault of ours must not reach a user as a traceback
        if interrupted(error):
            _last_line("已中断；已经收下的数据完好")
            sys.exit(130)
        if debug:
            raise
        _last_line(f"程序出错，已停止：{type(error).__name__}；加 --debug 重新运行，把显示的内容发给维护人员")
        sys.exit(2)


def _last_line(text: str) -> None:
    sys.stderr.write(text.replace("\n", " ") + "\n")


def _speak_utf8() -> None:
    """Windows consoles and pipes may default to another encoding; our text is Chinese everywhere."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="replace")
