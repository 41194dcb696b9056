"""Who may decide what: the breakdown's 审核用户 and 责任人, and the campaign's list of people.

The notice, 五（六）: the head of a department must not hand the review on to a secretary or an ordinary teacher.
"""

from __future__ import annotations

from collections.abc import Iterable

from statecollect.catalog import Catalog
from statecollect.core.names import tidy_person
from statecollect.school.breakdown import Assignment
from statecollect.school.config import Config, Role
from statecollect.school.parties import fillers, group_of, resolve

HEAD: Role = "负责人"
WORKING_GROUP: Role = "工作组"
LEADERS: Role = "领导小组"
_NOT_TO_REVIEW: tuple[Role, ...] = ("秘书", "教师")


def people_with(role: Role, config: Config, parties: Iterable[str] = ()) -> tuple[str, ...]:
    """Return who has a role, in these parties or in any."""
    wanted = set(parties)
    return tuple(
        dict.fromkeys(
            person.name
            for person in config.people
            if person.role == role and (not wanted or person.party in wanted)
        )
    )


def reviewing_parties(
    assignment: Assignment, party: str, config: Config, catalog: Catalog
) -> tuple[str, ...]:
    """Return the departments that review what a party filled; a teaching unit reviews only its own."""
    found: dict[str, None] = {}
    for name in assignment.reviewers:
        units = resolve(name, config.parties, catalog) or ()
        names = [assignment.name for assignment in units]
        several = len(names) > 1 and party in config.parties.units
        for name in [party] if several and party in names else names:
            found[name] = None
    return tuple(found)


def reviewers_of(assignment: Assignment, party: str, config: Config, catalog: Catalog) -> tuple[str, ...]:
    """Return who may review what a party filled: those who answer for the table, and heads of reviewing departments."""
    heads = people_with(HEAD, config, reviewing_parties(assignment, party, config, catalog) or ("",))
    return tuple(dict.fromkeys([*map(tidy_person, assignment.responsible), *heads]))


def why_not_reviewer(
    name: str, assignment: Assignment, party: str, config: Config, catalog: Catalog
) -> str | None:
    """Say why somebody may not review what a party filled, or None."""
    name = tidy_person(name)
    allowed = reviewers_of(assignment, party, config, catalog)
    if name in allowed:
        return None
    role = next(
        (person.role for person in config.people if person.name == name and person.role in _NOT_TO_REVIEW),
        None,
    )
    if role:
        return f"「{name}」是{role}，审核职责不得转移给秘书或普通教师（通知 五（六））"
    return f"「{name}」不是这张表的审核人（审核人：{'、'.join(allowed) or '名单中没有'}）"


def why_not_explainer(
    name: str, assignment: Assignment, parties: Iterable[str], config: Config, catalog: Catalog
) -> str | None:
    """Say why somebody may not explain warnings about what these parties filled, or None.

    Who reviews the table may, and the filling department's own head, for each of the parties; the working group and the
    leaders for all. Where nobody is named, nobody is turned away.
    """
    name = tidy_person(name)
    above = [*people_with(WORKING_GROUP, config), *people_with(LEADERS, config)]
    for party in parties:
        own = people_with(HEAD, config, [group_of(party)])
        near = reviewers_of(assignment, party, config, catalog)
        allowed = tuple(dict.fromkeys([*near, *own, *above]))
        if allowed and name not in allowed:
            whose = f"“{party}”的" if party else ""
            return f"「{name}」不能说明{whose}警告（能说明的：{'、'.join(allowed)}）"
    return None


def why_not_member(name: str, role: Role, config: Config) -> str | None:
    """Say why somebody may not act for a group, or None; a group without a list is not checked."""
    name, members = tidy_person(name), people_with(role, config)
    if not members or name in members:
        return None
    return f"「{name}」不是{role}成员（成员：{'、'.join(members)}）"


def fills_and_reviews(assignment: Assignment, party: str, config: Config, catalog: Catalog) -> bool:
    """Whether the breakdown itself makes one department fill and review what a party filled."""
    filling = {filler.name for filler in fillers(assignment, config.parties, catalog)} | {group_of(party)}
    return bool(filling & set(reviewing_parties(assignment, party, config, catalog)))
