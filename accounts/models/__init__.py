"""Who: organizations, units, people, posts, sign-ins and the history every app writes to."""

from accounts.models.codes import SignInCode
from accounts.models.history import HistoryEntry
from accounts.models.people import Membership, Person, Post, PostHolding, PostUnit, RoleGrant, User
from accounts.models.tokens import ApiToken
from accounts.models.units import Department, DepartmentAlias, DepartmentGroup, GroupMember, Organization

__all__ = [
    "ApiToken",
    "Department",
    "DepartmentAlias",
    "DepartmentGroup",
    "GroupMember",
    "HistoryEntry",
    "Membership",
    "Organization",
    "Person",
    "Post",
    "PostHolding",
    "PostUnit",
    "RoleGrant",
    "SignInCode",
    "User",
]
