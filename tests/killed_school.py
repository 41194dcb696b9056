"""The small school with units and teachers, and a season of returns: first ones, better ones, ones that lose rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import staffed_school
from statecollect.campaign import Campaign
from statecollect.campaign.demo import fill
from statecollect.core.errors import Refused, UsageError

NOW = staffed_school.NOW
UNITS = staffed_school.UNITS
OFFICE = "教务处"
REFUSALS = (Refused, UsageError)  # the state of the work does not allow it, or no longer
ROWS = {"返回1": 12, "返回2": 14, "返回3": 3}  # majors of each party; the last loses so many that it is held
ROWS_OF_TEACHERS = {"返回1": 3, "返回2": 4}


def found(folder: Path) -> Campaign:
    """Make the campaign in ``folder/采集``, its list of teachers, and the returns of three rounds."""
    campaign = staffed_school.found(folder)
    staffed_school.roster(folder / "名单.xlsx")
    for version, count in ROWS.items():
        parties = (OFFICE, *UNITS[:2]) if version != "返回3" else (UNITS[0],)
        rows = {(party, "1.2.1"): majors(party, count) for party in parties}
        rows |= {(party, "1.1.3"): [{"机构名称": party}] for party in parties if party != OFFICE}
        if version in ROWS_OF_TEACHERS:
            parties = (*parties, staffed_school.GROUP)
            known = staffed_school.TEACHERS[: ROWS_OF_TEACHERS[version]]
            rows[staffed_school.GROUP, "1.4.1"] = [{"工号": no, "姓名": name} for no, name in known]
        fill(campaign, rows, folder / version, parties)
    return campaign


def majors(party: str, count: int) -> list[dict[str, str]]:
    """Majors; one of them lasts unusually long, which is a warning."""
    return [
        {
            "专业代码": f"{party}{at:03}",
            "方向": "甲",
            "学制（年）": "7" if at == 2 else "3",
            "男生": str(20 + at + count),
            "院系": party if party != OFFICE else "",
        }
        for at in range(count)
    ]


def day(year: int) -> dt.date:
    """Return a day of the season in another year."""
    return dt.date(year, NOW.month, NOW.day)
