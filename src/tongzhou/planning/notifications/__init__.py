"""What people are told about phase 2; importing this registers the listeners."""

from . import promises, questions, remedies, resources, work

__all__ = ["promises", "questions", "remedies", "resources", "work"]
