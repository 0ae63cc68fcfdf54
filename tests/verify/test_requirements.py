"""The project's requirements, with the prefect packages swapped."""

from __future__ import annotations

from pathlib import Path

from prefect_migrate.verify.requirements import read_requirements, without


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_prefect_goes_and_its_integrations_lose_their_version(tmp_path: Path) -> None:
    lines = [
        "prefect==2.20.1",
        "prefect[aws]>=2",
        "prefect-aws[ecs]==0.4.1 ; python_version > '3'",
        "pandas>=2 # frames",
    ]
    found = read_requirements(write(tmp_path, {"requirements.txt": "\n".join(lines)}))
    assert found.lines == ['prefect-aws[ecs] ; python_version > "3"', "pandas>=2"]
    assert found.names == {"prefect-aws", "pandas"}
    assert found.notes == []


def test_all_files_of_the_root_and_those_they_include(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "-r deps/base.txt\n-r deps/gone.txt\nnumpy\n",
        "requirements-dev.txt": "numpy\nattrs\n",
        "deps/base.txt": "httpx\n--requirement=../requirements.txt\n",
        "deps/requirements.txt": "ignored\n",
    }
    found = read_requirements(write(tmp_path, files))
    assert sorted(found.lines) == ["attrs", "httpx", "numpy"]
    assert [note.partition(":")[0] for note in found.notes] == ["gone.txt"]


def test_continuations_hashes_and_indexes(tmp_path: Path) -> None:
    index = "--extra-index-url=https://example.test/simple"
    pinned = "attrs==23.1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n"
    write(tmp_path, {"requirements.txt": f"{index}\n{pinned}"})
    assert read_requirements(tmp_path).lines == [index, "attrs==23.1"]


def test_what_can_not_be_carried_over_is_noted(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "-e .\n./local\n-c pins.txt\npkg @ https://example.test/pkg.whl\n"})
    found = read_requirements(tmp_path)
    assert found.lines == ["pkg @ https://example.test/pkg.whl"]
    assert len(found.notes) == 3


def test_dependencies_of_pyproject(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[project]\ndependencies = ["prefect<3", "attrs"]\n'})
    assert read_requirements(tmp_path).lines == ["attrs"]


def test_poetry_and_broken_files_are_noted(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.poetry]\n"})
    (tmp_path / "requirements.txt").write_bytes(b"\xff\xfe\xff")
    notes = read_requirements(tmp_path).notes
    assert "poetry" in notes[1]
    assert "not read" in notes[0]
    (tmp_path / "pyproject.toml").write_text("[")
    assert "not read" in read_requirements(tmp_path).notes[1]


def test_no_requirements_at_all(tmp_path: Path) -> None:
    assert read_requirements(tmp_path).lines == []


def test_constraints_give_way_to_the_project() -> None:
    constraints = "# pins\nattrs==1\nPydantic_Core==2 ; python_version > '3'\nhttpx==3\n"
    assert without(constraints, {"pydantic-core", "httpx"}) == "# pins\nattrs==1\n"
