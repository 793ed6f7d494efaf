"""The tracked source as the architecture and budget tests see it."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From the highest to the lowest: each may use those after it.
ORDER = ("config", "seeds", "tracker", "projects", "accounts")
APPS = ("seeds", "tracker", "projects", "accounts")


@cache
def files() -> tuple[Path, ...]:
    """Return what git tracks or would track, as paths from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(path for name in listed.split("\0") if name and (ROOT / (path := Path(name))).is_file()))


def python_files(*roots: str) -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and (not roots or path.parts[0] in roots)]


def templates() -> list[Path]:
    return [path for path in files() if "templates" in path.parts and path.parts[0] in APPS]


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
