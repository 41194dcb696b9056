"""A full disk, a folder nobody may write to, two commands at once: one line, nothing lost, nothing half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

import season
from season import Season
from statecollect.campaign import Campaign

# Excess writing is an error of the call, as on a full disk, not the end of the process
LIMITED = (
    "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2); del sys.argv[1];"
    "from statecollect.cli.app import run; run()"
)
OBEDIENT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")  # root minds permissions, too


def command(*arguments: object, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*before, sys.executable, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the only line of a failed call."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("room", [1_000, 20_000, 80_000], ids=["none", "little", "not enough"])
def test_a_full_disk_loses_nothing(first_round: Season, campaign: Campaign, room: int) -> None:
    workbook = first_round.returns["学生处"]
    done = command("-c", LIMITED, room, "--campaign", campaign.folder, "ingest", workbook)
    said = one_line(done)
    assert "磁盘" in said or "写" in said
    assert campaign.verify_log() == []
    (result,) = campaign.ingest([workbook])
    assert result.outcome in {"accepted", "unchanged"}  # the journal's line may have found room
    with campaign.store() as store:
        assert len(store.events("submission")) == 1
        assert len(store.rows("2.13.1")) == len(first_round.rows["学生处", "2.13.1"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions otherwise")
def test_a_folder_nobody_may_write_to_is_one_line(first_round: Season, campaign: Campaign) -> None:
    before = OBEDIENT if os.geteuid() == 0 else ()
    if before and shutil.which(before[0]) is None:
        pytest.skip("root minds no permissions, and setpriv is not here to make it")
    store = campaign.folder / "store"
    campaign.ingest([first_round.returns["党政办"]])
    kept = season.digests(campaign)
    for path in (*store.rglob("*"), store):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        said = one_line(
            command(
                *(
                    "-m",
                    "statecollect",
                    "--campaign",
                    campaign.folder,
                    "ingest",
                    first_round.returns["学生处"],
                ),
                before=before,
            )
        )
        assert "写" in said
    finally:
        for path in (store, *store.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
    assert season.digests(campaign) == kept


def test_two_commands_at_once_both_get_everything_in(first_round: Season, campaign: Campaign) -> None:
    offices = ("学生处", "党政办")
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "statecollect", "--quiet", "--campaign", str(campaign.folder)),
                *("ingest", str(first_round.returns[office])),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for office in offices
    ]
    for one in running:
        _, said = one.communicate()
        assert one.returncode in {0, 1}, said
    with campaign.store() as store:
        assert len(store.events("submission")) == 2
        assert {one.party for one in store.deliveries()} == set(offices)
    assert campaign.verify_log() == []
