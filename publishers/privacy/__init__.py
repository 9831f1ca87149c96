"""Privacy at the door: what is about to leave is read again, looking for persons."""

from publishers.privacy.scan import CODE, Allowed, allowed, check, reason, scan

__all__ = ["CODE", "Allowed", "allowed", "check", "reason", "scan"]
