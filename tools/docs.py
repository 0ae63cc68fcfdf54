"""Write the generated parts of README.md and docs/rules.md; `--check` only tells whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path

from prefect_migrate.reports.explain import explain
from prefect_migrate.rules import Rule, catalogue

ROOT = Path(__file__).parent.parent
START, END = "<!-- rules: made by `make docs` -->", "<!-- end of rules -->"


def main() -> int:
    wanted = {ROOT / "README.md": readme(), ROOT / "docs" / "rules.md": rules_page()}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current; run `make docs`")
        return int(bool(stale))
    for path in stale:
        path.write_text(wanted[path], "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def readme() -> str:
    """README.md with the table of rules renewed."""
    before, rest = (ROOT / "README.md").read_text("utf-8").split(START)
    _, after = rest.split(END)
    rows = "\n".join(row(rule) for rule in catalogue())
    return f"{before}{START}\n| code | name | fix | what it is about |\n|---|---|---|---|\n{rows}\n{END}{after}"


def row(rule: type[Rule]) -> str:
    """One line of the table."""
    title = rule.title().replace("|", "\\|")
    fix = "yes" if rule.fixes() else ""
    return f"| [{rule.code}](docs/rules.md#{rule.code.lower()}) | `{rule.name}` | {fix} | {title} |"


def rules_page() -> str:
    """The page of all rules, as `prefect-migrate explain` prints them."""
    head = "# Rules\n\nMade by `make docs` from the rules themselves; `prefect-migrate explain CODE` prints the same.\n"
    parts = [head]
    for rule in catalogue():
        text = explain(rule).split("\n", 2)[2].strip()
        parts.append(f'<a id="{rule.code.lower()}"></a>\n\n## {rule.code} {rule.title()}\n\n{text}\n')
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
