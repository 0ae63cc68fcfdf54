"""Import a project's module: `import_module.py PATH`, the path relative to the working directory, the project's root.

Ends with exit code 1 and `Type: message` as the last line if that fails.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from pathlib import Path


def import_file(path: Path) -> None:
    """Import by the dotted name that the module has in its package, or by its file if that is no name."""
    folder, names = path.parent, [path.stem]
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    # A script finds its neighbours, a module of the project finds everything from the root on.
    sys.path[0:1] = list(dict.fromkeys([str(folder), str(path.parent), str(Path.cwd())]))
    if names[-1] == "__init__" and len(names) > 1:
        names.pop()
    if all(name.isidentifier() for name in names):
        importlib.import_module(".".join(names))
        return
    spec = importlib.util.spec_from_file_location("verified_module", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verified_module"] = module
    spec.loader.exec_module(module)


def main() -> None:
    try:
        import_file(Path(sys.argv[1]).absolute())
    except BaseException as error:
        traceback.print_exc()
        sys.stderr.write(f"\n{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}\n")
        sys.exit(1)


main()
