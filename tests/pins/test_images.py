from __future__ import annotations

import pytest

from prefect_migrate.pins.images import images_in


@pytest.mark.parametrize(
    ("reference", "generation", "tag"),
    [
        ("prefecthq/prefect:2.10.13-python3.11", "2", "3.8.8-python3.11"),
        ("prefecthq/prefect:2.10-python3.8", "2", "3.8-python3.10"),
        ("prefecthq/prefect:2-python3.10-kubernetes", "2", "3.8-python3.10-kubernetes"),
        ("prefecthq/prefect:2.4.0-python3.9-conda", "2", "3.8.8-python3.10-conda"),
        ("prefecthq/prefect:2.0b5-python3.10", "2", "3.8-python3.10"),
        ("prefecthq/prefect:2-latest", "2", "3-latest"),
        ("prefecthq/prefect:2-latest-kubernetes", "2", "3-latest-kubernetes"),
        ("prefecthq/prefect:2.10-python${PY}", "2", "3.8-python${PY}"),
        ("docker.io/prefecthq/prefect-client:2.20.1-python3.12", "2", "3.8.8-python3.12"),
        ("prefecthq/prefect-aws:0.4.18-python3.10", "2", "0.7-python3.10"),
        ("prefecthq/prefect-aws:0.4.18-python3.10-prefect2.19", "2", None),
        ("prefecthq/prefect:2.14", "2", None),
        ("prefecthq/prefect:${VERSION}-python3.8", "2", None),
        ("prefecthq/prefect:1.4.1-python3.9", "1", "3.8.8-python3.10"),
        ("prefecthq/prefect:3.1-python3.12", "3", "3.8-python3.12"),
        ("prefecthq/prefect:3-latest", "3", "3-latest"),
        ("prefecthq/prefect:${VERSION}-python3.11", "unknown", None),
        ("prefecthq/prefect:${{ env.TAG }}", "unknown", None),
        ("prefecthq/prefect:{{ .Values.tag }}", "unknown", None),
        ("prefecthq/prefect:latest", "moving", None),
        ("prefecthq/prefect", "moving", None),
        ("prefecthq/prefect-dev:main-python3.10", "moving", None),
        ("prefecthq/prefect:sha-0f1e2d-python3.10", "moving", None),
        ("prefecthq/prefect-aws:latest-python3.10", "moving", None),
    ],
)
def test_tags(reference: str, generation: str, tag: str | None) -> None:
    (image,) = images_in(f"FROM {reference}\n")
    assert image.generation == generation
    assert image.rewritten((3, 8)) == tag
    assert reference[image.at - 5 : image.to - 5] == image.tag


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/prefecthq/prefect/issues",
        "git@github.com:prefecthq/prefect.git",
        "prefecthq/prefect-recipes:2.1",
        "prefecthq/prefect-helm",
        "my-prefecthq/prefect:2-latest",
        "prefecthq/prefect/tree/2.x",
        "image:\n  repository: mine\n  prefectTag: 1.2.0\n",
        "a:\n  image:\n    prefectTag: 1.2.0\n    repository: mine\nb:\n  repository: prefect\n",
    ],
)
def test_other_things(text: str) -> None:
    assert not list(images_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "image:\n  repository: prefecthq/prefect\n  tag: 2.14-python3.11\n",
        "image:\n  repository: prefecthq/prefect  # ours\n  pullPolicy: Always\n  prefectTag: '2.14-python3.11'\n",
        "images:\n  - name: prefecthq/prefect\n    newTag: 2.14-python3.11\n",
        "prefectTag: 2.14-python3.11\n",
        "chart:\n  repository: mine\n  image:\n    prefectTag: 2.14-python3.11\n  other:\n    repository: mine\n",
        "image:\n  repository: registry.example/prefect-etl\n  prefectTag: 2.14-python3.11\n",
        "image:\r\n  repository: prefecthq/prefect\r\n  tag: 2.14-python3.11\r\n",
    ],
)
def test_a_tag_of_its_own(text: str) -> None:
    image = next(image for image in images_in(text) if image.tag)
    assert (image.tag, text[image.at : image.to]) == ("2.14-python3.11", "2.14-python3.11")


def test_a_host_a_digest_and_the_end_of_a_sentence() -> None:
    (image,) = images_in("FROM registry.example:5000/mirror/prefecthq/prefect:2-latest@sha256:0f")
    assert (image.host, image.digest) == ("registry.example:5000/mirror/", True)
    (image,) = images_in("We use prefecthq/prefect:2.10-python3.11.")
    assert image.tag == "2.10-python3.11"


@pytest.mark.parametrize(
    ("target", "tag"), [((3, 0), "3.0.11-python3.9"), ((3, 4), "3.4.25-python3.9"), ((3, 5), "3.5.0-python3.10")]
)
def test_targets(target: tuple[int, int], tag: str) -> None:
    (image,) = images_in("FROM prefecthq/prefect:2.10.13-python3.8")
    assert image.rewritten(target) == tag
