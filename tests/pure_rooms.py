"""The files of the rooms that import-linter holds to be pure, for coverage to be held against.

    python tests/pure_rooms.py

Named once, in pyproject.toml: what is pure is walked through every branch.
"""

import tomllib
from pathlib import Path

HOUSE = Path(__file__).parents[1]


def pure_rooms() -> list[str]:
    """The paths of the modules of the contract about purity, from the root of the house."""
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (pure,) = (one for one in contracts if "flask" in one.get("forbidden_modules", ()))
    return [f"{module.replace('.', '/')}.py" for module in pure["source_modules"]]


if __name__ == "__main__":
    print(",".join(pure_rooms()))
