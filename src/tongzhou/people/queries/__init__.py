"""Reads about people."""

from .actors import actor_for, actor_of_person, delegations_on, headships_on, session_holds
from .demo import DemoPerson, demo_people, forget_demo_people
from .departments import (
    Branch,
    department_tree,
    departments,
    flat_tree,
    head_of,
    headship_history,
    ids_below,
    members_of,
    paths,
)
from .deputies import delegations_for, delegations_given, delegations_held, delegations_open, deputies_of, tokens_of
from .imports import ImportPlan, end_of_log, import_drafts_of, people_changed_since, plan_import
from .persons import active_administrators, active_persons, people_search, with_main_department

__all__ = [
    "Branch",
    "DemoPerson",
    "ImportPlan",
    "active_administrators",
    "active_persons",
    "actor_for",
    "actor_of_person",
    "delegations_for",
    "delegations_given",
    "delegations_held",
    "delegations_on",
    "delegations_open",
    "demo_people",
    "department_tree",
    "departments",
    "deputies_of",
    "end_of_log",
    "flat_tree",
    "forget_demo_people",
    "head_of",
    "headship_history",
    "headships_on",
    "ids_below",
    "import_drafts_of",
    "members_of",
    "paths",
    "people_changed_since",
    "people_search",
    "plan_import",
    "session_holds",
    "tokens_of",
    "with_main_department",
]
