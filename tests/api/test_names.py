"""Every shape of the API has a name of its own: of two with one name, the description keeps only the last."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tongzhou"


def test_no_two_shapes_share_a_name() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.glob("*/api/**/*.py")]
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []
