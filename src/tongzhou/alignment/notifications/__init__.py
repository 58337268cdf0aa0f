"""What people are told about phase 1; importing this registers the listeners."""

from . import collabs, memoranda

__all__ = ["collabs", "memoranda"]
