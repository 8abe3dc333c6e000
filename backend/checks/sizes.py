"""Small rooms: files stop at 400 lines, Python functions at 60. Prints every offender, and exits 1 if there is one."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES, FUNCTION_LINES = 400, 60
GENERATED = {"frontend/src/api/schema.d.ts", "frontend/src/routeTree.gen.ts"}
# A migration is written once and never edited again.
LONG_BY_NATURE = ("backend/migrations/versions/",)


def tracked() -> list[str]:
    """Source files that git knows, or would."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "*.py", "*.ts", "*.tsx", "*.css"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return [name for name in listed if name not in GENERATED and (ROOT / name).exists()]


def long_functions(path: Path) -> list[str]:
    """Functions over the limit, docstring and decorators included."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines (limit {FUNCTION_LINES})"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]


def main() -> int:
    """Check all files."""
    found: list[str] = []
    for name in tracked():
        path = ROOT / name
        lines = len(path.read_text().splitlines())
        if name.startswith(LONG_BY_NATURE):
            continue
        if lines > FILE_LINES:
            found.append(f"{name} has {lines} lines (limit {FILE_LINES})")
        if name.endswith(".py"):
            found += long_functions(path)
    print("\n".join(found), end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
