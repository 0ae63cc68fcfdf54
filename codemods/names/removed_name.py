from __future__ import annotations

from collections.abc import Iterator

from prefect_migrate.context import FileContext
from prefect_migrate.findings import Finding
from prefect_migrate.names.fixes import GOES, GOES_FIX
from prefect_migrate.names.infrastructure import step_for_made
from prefect_migrate.names.leaving import proposal_of
from prefect_migrate.names.messages import advice, spelled, version
from prefect_migrate.names.problems import SEQUENTIAL, problems_of
from prefect_migrate.rules import Example, Rule


class RemovedName(Rule):
    """A name of Prefect 2 is gone

    The import, or the first use of the attribute, fails under Prefect 3.  Found in every spelling: `from … import`,
    `import …` and the attributes below it, star imports, names that a module of the repository hands on to another,
    quoted annotations and type comments, and strings that `mock.patch`, `monkeypatch` or `import_module` are given.

    An import that nothing uses goes.  A block of files that the code only loads by name becomes the one that took its
    place, which has to be saved under that name; one that the code makes becomes that one too, where a repository, or
    a bucket that is written out, and keys are all that it says.  A `JSON` or `String` block that is loaded for its
    value, or made and saved, becomes a Variable of the same name: what is stored in the block has to be moved (less
    than 5000 characters), and where there is none, `Variable.get` gives None.  All else is only reported: what takes
    the name's place needs a person, or another rule (deployments, blocks, pools) that rewrites the code around it.  A
    name that such a rewrite takes away altogether counts as fixed by it.  A `try` or a version check that serves both
    versions already is left alone; one without an alternative is reported.
    """

    code = "PM301"
    name = "removed-name"
    reads_cells = True
    needs_plan = True
    examples = (
        Example(
            "from prefect.filesystems import (\n    S3,\n    LocalFileSystem,\n)\n\nprint(LocalFileSystem)\n",
            "from prefect.filesystems import (\n    LocalFileSystem,\n)\n\nprint(LocalFileSystem)\n",
        ),
        Example(
            "from prefect.filesystems import S3\n\nS3.load('code').get_directory()\n",
            "from prefect_aws import S3Bucket\n\nS3Bucket.load('code').get_directory()\n",
            unsafe=True,
        ),
        Example(
            "from prefect.filesystems import S3\n\nS3(bucket_path='code/etl').save('code')\n",
            'from prefect_aws import S3Bucket\n\nS3Bucket(bucket_name="code", bucket_folder="etl").save(\'code\')\n',
            unsafe=True,
        ),
        Example(
            "from prefect.blocks.system import JSON\n\nhost = JSON.load('db').value['host']\n",
            "from prefect.variables import Variable\n\nhost = Variable.get('db')['host']\n",
            unsafe=True,
        ),
        Example("import os\nfrom prefect.filesystems import S3\n\nS3(bucket_path=os.environ['B']).save('code')\n"),
        Example("import prefect.infrastructure\n\nprocess = prefect.infrastructure.Process()\n"),
        Example("import prefect.packaging as p\n\npackager = p.DockerPackager()\n"),
        Example("from unittest import mock\n\nwith mock.patch('prefect.deployments.Deployment.apply'):\n    pass\n"),
        Example("from .blocks import S3\n", others=(("blocks.py", "from prefect.filesystems import S3\n"),)),
        Example(
            """\
            try:
                from prefect.filesystems import S3
            except ImportError:
                from prefect_aws import S3Bucket as S3
            """,
            clean=True,
        ),
        Example("from prefect import flow\nfrom prefect.filesystems import LocalFileSystem\n", clean=True),
    )

    def check(self, context: FileContext) -> Iterator[Finding]:
        for problem in problems_of(context, "removed"):
            use, verdict = problem.use, problem.verdict
            if verdict.name == SEQUENTIAL:
                continue
            what = "is not in" if verdict.fact and verdict.fact.what != "import_raises" else "raises an error in"
            message = f"{spelled(use, verdict)} {what} {version(context.target)}"
            if problem.goes is not None:
                yield self.finding(
                    context, use.span, message, advice(verdict),
                    fix=GOES_FIX, applicability=problem.goes, reason=GOES,
                )  # fmt: skip
                continue
            leaves = proposal_of(context, problem)
            if leaves is not None:
                yield self.finding(
                    context, use.span, message, advice(verdict),
                    fix=leaves.fix, applicability=leaves.applicability, reason=leaves.reason,
                )  # fmt: skip
                continue
            guarded = "the guard around it has no other way to go"
            reason = guarded if problem.guard == "broken" else "nothing takes its place without a decision"
            step = step_for_made(context, verdict) or advice(verdict)
            yield self.finding(context, use.span, message, step, reason=reason)
