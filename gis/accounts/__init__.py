"""Who may write and see: accounts, what they were granted, sessions, tokens and their audit."""

from gis.accounts.roles import ANONYMOUS, ANY, Action, Grant, Principal

__all__ = ["ANONYMOUS", "ANY", "Action", "Grant", "Principal"]
