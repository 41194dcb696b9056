"""The command line as a whole: global options, the commands, and one place where errors end."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from statecollect.cli.chinese import UsageError, speak_chinese, unusable
from statecollect.cli.commands import (
    breakdown,
    check,
    demo,
    explain,
    export,
    indicators,
    ingest,
    init,
    log,
    make_templates,
    nil,
    overview,
    party,
    rebuild,
    report,
    review,
    schema,
    status,
    teacher,
    validate,
    waive,
)
from statecollect.cli.session import Session
from statecollect.core.containment import fault_of, interrupted
from statecollect.core.errors import StatecollectError
from statecollect.core.visible import on_one_line

app = typer.Typer(
    name="statecollect",
    help="高职状态数据采集：从任务分解表到上报包。",
    invoke_without_command=True,
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
    here = context.obj = Session(campaign, quiet)
    if context.invoked_subcommand is not None:
        return
    if not overview.inside_a_campaign(here):
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)
    overview.overview(here)


app.command("demo")(demo.demo)
app.command("breakdown")(breakdown.breakdown)
app.command("init")(init.init)
app.command("make-templates")(make_templates.make_templates)
app.command("check")(check.check)
app.command("ingest")(ingest.ingest)
app.command("validate")(validate.validate)
app.command("explain")(explain.explain)
app.command("waive")(waive.waive)
app.add_typer(review.app, name="review")
app.command("resolve")(waive.resolve)
app.command("nil")(nil.nil)
app.add_typer(party.app, name="party")
app.add_typer(teacher.app, name="teacher")
app.command("status")(status.status)
app.command("indicators")(indicators.indicators)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("log")(log.log)
app.command("rebuild")(rebuild.rebuild)
app.command("rekey")(rebuild.rekey)
app.add_typer(schema.app, name="schema")
speak_chinese(app)


def run() -> None:
    """Run and exit with the contract's status: 0, 1, 2, or 130 after Ctrl-C; a traceback only with --debug."""
    _speak_utf8()
    debug = "--debug" in sys.argv
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except UsageError as error:
        said = unusable(error)
        if "\n" in said:  # the help
            sys.stderr.write(said + "\n")
            sys.exit(2)
        _end(said, 2)
    except StatecollectError as error:
        if debug:
            raise
        _end(str(error), error.exit_status, error)
    except (KeyboardInterrupt, typer.Abort):
        _end("已中断；已经收下的数据完好", 130)
    except SystemExit:
        raise
    except MemoryError:
        _end("内存不足，没有改动任何数据；请关闭其他程序后重试", 2)
    except OSError as error:
        if debug:
            raise
        said = f"〔{error.filename or '文件'}〕读写失败：{error.strerror or error}；检查磁盘空间、权限，文件是否被打开"
        _end(said, 2)
    # the outermost floor: a fault of ours must not reach a user as a traceback
    except BaseException as error:
        if interrupted(error):
            _end("已中断；已经收下的数据完好", 130)
        if debug:
            raise
        fault = fault_of(error, "运行", "")
        _end(str(fault), fault.exit_status, fault)


def _end(line: str, status: int, error: StatecollectError | None = None) -> NoReturn:
    """Say why the call ended in one line, and with --json in one document, too."""
    if "--json" in sys.argv:
        about = {"message": error.message, "hint": error.hint, "where": error.where} if error else {}
        if error is not None and error.reason:
            about["reason_id"] = error.reason
        details = {"error": about or {"message": line, "hint": "", "where": ""}, "exit": status}
        sys.stdout.write(
            json.dumps({**getattr(error, "details", {}), **details}, ensure_ascii=False, indent=2) + "\n"
        )
    _last_line(line)
    sys.exit(status)


def _last_line(text: str) -> None:
    sys.stderr.write(on_one_line(text) + "\n")


def _speak_utf8() -> None:
    """Windows consoles and pipes may default to another encoding; our text is Chinese everywhere."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="replace")
