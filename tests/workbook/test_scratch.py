"""What lies on disk for a moment does not outlive the process that put it there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from statecollect.core.untrusted.scratch import scratch

WAITS = "\n".join(
    [
        "import sys",
        "from statecollect.core.untrusted.scratch import scratch",
        "with scratch() as folder:",
        "    (folder / 'opened.xlsx').write_text('secret')",
        "    print(folder, flush=True)",
        "    sys.stdin.read()",
    ]
)


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


def another(tmp_path: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot be asked whether a process lives")
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_stays(tmp_path: Path) -> None:
    killed, left = another(tmp_path)
    living, kept = another(tmp_path)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    foreign = tmp_path / "statecollect-notes"
    foreign.mkdir()
    assert left.is_dir()
    with scratch() as own:
        assert not left.exists()
        assert (kept / "opened.xlsx").exists()
        assert own.stat().st_mode & 0o777 == 0o700
    living.communicate("")
    assert not own.exists()
    assert not kept.exists()
    assert foreign.exists()
