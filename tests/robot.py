"""Plans for the clerk at LibreOffice, carried out by the Python that has its bridge."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

PYTHON = "/usr/bin/python3"  # LibreOffice's bridge belongs to the system's Python
PATIENCE = 60  # seconds for each workbook
ROBOT = Path(__file__).with_name("office_robot.py")


def clerk(plans: list[dict[str, Any]]) -> list[list[Any]]:
    """Let the robot carry out plans; return the answers of their steps."""
    if subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        pytest.skip("python3-uno is not installed")
    done = subprocess.run(
        [PYTHON, str(ROBOT)],
        input=json.dumps(plans),
        capture_output=True,
        text=True,
        timeout=PATIENCE * (4 + len(plans)),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[list[Any]] = json.loads(done.stdout)
    return answers
