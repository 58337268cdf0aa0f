"""Finds database writes outside ``services/``: every write is an act of somebody, checked and recorded there."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tongzhou"
# core is the mechanism itself; config holds set-up and housekeeping.
EXEMPT = {"core", "config", "engine"}
MANAGER_WRITES = {
    "create",
    "update",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "aupdate",
    "acreate",
}
ROW_WRITES = {"save", "delete", "asave", "adelete"}
# Objects whose save() or delete() is not a row's: Word and Excel documents, pictures, caches, routes of the API; and
# super(), with which a model adds to its own save().
NOT_ROWS = {"document", "docx", "workbook", "image", "picture", "cache", "storage", "session", "writer"}
NOT_ROWS |= {"router", "super()"}


def writes_in(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and call of every write in a module."""
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        verb, receiver = node.func.attr, ast.unparse(node.func.value)
        names_rows = ".objects" in receiver
        if (verb in MANAGER_WRITES and names_rows) or (verb in ROW_WRITES and receiver.split(".")[-1] not in NOT_ROWS):
            found.append((node.lineno, f"{receiver}.{verb}(…)"))
    return found


def main() -> int:
    """Prints each write that is in the wrong place; the exit code says whether there was one."""
    wrong = 0
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if parts[0] in EXEMPT or "services" in parts or "migrations" in parts:
            continue
        for line, call in writes_in(ast.parse(path.read_text(encoding="utf-8"))):
            print(f"{path.relative_to(SOURCE.parent.parent)}:{line}: {call} is a write outside services/")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
