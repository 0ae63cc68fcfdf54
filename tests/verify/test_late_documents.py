"""Documents that only running a script shows."""

from __future__ import annotations

from prefect_migrate.verify.child import Done
from prefect_migrate.verify.late_documents import lacking, run_with_documents
from prefect_migrate.verify.stand_ins import StandIn


def ended(slug: str, name: str) -> Done:
    return Done(1, f"Traceback\nValueError: Unable to find block document named {name} for block type {slug}\n", 1.0)


class Server:
    """A script that loads documents one after the other, and the server that has some."""

    def __init__(self, *wanted: tuple[str, str]) -> None:
        self.wanted = wanted
        self.saved: list[StandIn] = []
        self.runs = 0

    def run(self) -> tuple[str, Done]:
        self.runs += 1
        names = {item.name for item in self.saved}
        gone = [(slug, name) for slug, name in self.wanted if name not in names]
        return "python deploy.py", ended(*gone[0]) if gone else Done(0, "", 1.0)

    def make(self, stand_ins: list[StandIn]) -> list[str]:
        self.saved += stand_ins
        return [f"saved {item.name}" for item in stand_ins]


def test_script_runs_again_with_what_it_wanted() -> None:
    server = Server(("gcs", "lake"), ("docker-container", "etl"), ("secret", "token"))
    label, done, notes = run_with_documents(server.run, server.make, 2, [])
    assert (label, done.ok, notes) == ("python deploy.py", True, ["saved lake", "saved etl", "saved token"])
    assert server.saved == [
        StandIn("prefect.filesystems.GCS", "lake", {"bucket_path": "lake"}),
        StandIn("prefect.infrastructure.DockerContainer", "etl", {"image": "etl:stand-in"}),
        StandIn("prefect.blocks.system.Secret", "token", {}),
    ]


def test_what_the_repository_says_counts_more() -> None:
    server = Server(("gcs-bucket", "lake"))
    documents = [{"class": "GCS", "name": "lake", "fields": {"bucket_path": "acme/flows"}}]
    run_with_documents(server.run, server.make, 3, documents)
    assert server.saved == [StandIn("prefect_gcp.GcsBucket", "lake", {"bucket": "acme", "bucket_folder": "flows"})]


def test_script_that_fails_all_the_same_is_run_no_more() -> None:
    server = Server(("gcs", "lake"))
    _, done, notes = run_with_documents(server.run, lambda _stand_ins: ["no stand-in"], 2, [])
    assert (done.ok, server.runs, notes) == (False, 2, ["no stand-in"])


def test_nothing_is_made_of_a_block_that_is_not_known_or_not_in_this_engine() -> None:
    for major, slug in ((2, "acme-vault"), (3, "gcs")):
        server = Server((slug, "lake"))
        _, done, _ = run_with_documents(server.run, server.make, major, [])
        assert (done.ok, server.runs, server.saved) == (False, 1, [])


def test_other_ends() -> None:
    assert lacking(Done(0, "Unable to find block document named a for block type gcs", 1.0)) is None
    assert lacking(Done(1, "ValueError: no such thing", 1.0)) is None
    assert lacking(ended("gcs", "None")) is None
