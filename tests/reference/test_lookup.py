"""How facts are asked for."""

from __future__ import annotations

import pytest

from prefect_migrate import reference
from prefect_migrate.config import DEFAULT_TARGET, NEWEST_TARGET, parse_target
from prefect_migrate.reference.lines import covers, words

TARGET = (3, 8)


def test_every_target_that_was_examined_can_be_chosen() -> None:
    assert reference.targets()[-1] == NEWEST_TARGET
    assert DEFAULT_TARGET == TARGET
    for target in reference.targets():
        assert parse_target(".".join(map(str, target))) == target


def test_exact_name() -> None:
    fact = reference.lookup_name("prefect.deployments.Deployment", TARGET)
    assert fact is not None
    assert (fact.old, fact.what, fact.new) == ("prefect.deployments.Deployment", "import_raises", None)
    assert "deploy" in (fact.advice or "")


def test_longest_prefix() -> None:
    fact = reference.lookup_name("prefect.deployments.Deployment.build_from_flow", TARGET)
    assert fact is not None
    assert fact.old == "prefect.deployments.Deployment"


def test_name_below_a_removed_module() -> None:
    fact = reference.lookup_name("prefect.packaging.never_there", TARGET)
    assert fact is not None
    assert (fact.old, fact.kind) == ("prefect.packaging", "module")


def test_renamed_tree() -> None:
    fact = reference.lookup_name("prefect.orion.schemas.schedules.CronSchedule", TARGET)
    assert fact is not None
    assert fact.new == "prefect.server.schemas.schedules.CronSchedule"
    assert fact.new_confidence == "module_rule"
    assert fact.is_sure


def test_renamed_tree_that_lost_the_name() -> None:
    fact = reference.lookup_name("prefect.orion.utilities.names.obfuscate_string", TARGET)
    assert fact is None or fact.old.startswith("prefect.orion")


def test_good_names_have_no_fact() -> None:
    for name in ("prefect.flow", "prefect.flows.Flow", "prefect.Flow.deploy", "prefect.artifacts", "pandas.DataFrame"):
        assert reference.lookup_name(name, TARGET) is None


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("prefect", True),
        ("prefect.flow", True),
        ("prefect.task_runners.ThreadPoolTaskRunner", True),
        ("prefect.task_runners.DaskTaskRunner", False),
        ("prefect.orion", False),
        ("prefect.Flow.deploy", True),
        ("prefect.Flow.build", False),
        ("prefect.settings.PREFECT_API_URL", True),
        ("prefect.settings.PREFECT_NEVER_THERE", False),
        ("prefect.blocks.system.Secret.load", True),
        ("pandas.DataFrame", None),
        ("prefect_aws.S3Bucket", True),
        ("prefect_aws.ECSTask", False),
        ("prefect_never.there", None),
    ],
)
def test_has_name(name: str, there: bool | None) -> None:
    assert reference.has_name(name, TARGET) is there


def test_unknown_target() -> None:
    assert reference.has_name("prefect.flow", (4, 0)) is None
    assert reference.signature("prefect.flow", (2, 20)) is None


def test_definition() -> None:
    assert reference.definition("prefect.flow", TARGET) == "prefect.flows.flow"
    assert reference.definition("prefect.Flow.deploy", TARGET) == "prefect.flows.Flow.deploy"
    assert reference.definition("prefect.flows", TARGET) is None


def test_members() -> None:
    assert "prefect.blocks.core.Block" in reference.lineage("prefect.blocks.notifications.SlackWebhook", TARGET)
    assert reference.has_member("prefect.futures.PrefectFuture", "get_state", TARGET) is False
    assert reference.has_member("prefect.futures.PrefectFuture", "state", TARGET) is True
    assert reference.has_member("prefect.futures.PrefectFuture", "_secret", TARGET) is None
    assert reference.has_member("prefect.nowhere.Class", "name", TARGET) is None
    assert "submit" in (reference.members_of("prefect.Task", TARGET) or ())


def test_member_facts() -> None:
    fact = reference.member("prefect.futures.PrefectFuture", "get_state", TARGET)
    assert fact is not None
    assert fact.new == "state"
    assert reference.member("prefect.futures.PrefectFuture", "wait", TARGET) is None


def test_member_of_a_renamed_class() -> None:
    for cls in ("prefect.client.OrionClient", "prefect.client.orchestration.PrefectClient"):
        assert reference.member(cls, "resolve_datadoc", TARGET) is not None


def test_inherited_member() -> None:
    assert reference.member("prefect.workers.process.ProcessWorker", "cancel_run", TARGET) is not None


def test_parameters() -> None:
    fact = reference.parameter("prefect.Flow.deploy", "is_schedule_active", TARGET)
    assert fact is not None
    assert (fact.what, fact.new) == ("removed", "paused")
    assert reference.parameter("prefect.flows.Flow.deploy", "name", TARGET) is None


def test_parameter_of_a_function_that_moved() -> None:
    for name in ("prefect.deployments.run_deployment", "prefect.deployments.deployments.run_deployment"):
        fact = reference.parameter(name, "infra_overrides", TARGET)
        assert fact is not None
        assert fact.new == "job_variables"


def test_parameter_of_an_inherited_method() -> None:
    fact = reference.parameter("prefect.client.orchestration.PrefectClient.create_deployment", "schedule", TARGET)
    assert fact is not None
    assert fact.what == "removed"


def test_signature() -> None:
    deploy = reference.signature("prefect.Flow.deploy", TARGET)
    assert deploy is not None
    assert deploy.accepts("schedule")
    assert not deploy.accepts("timezone")
    assert deploy.positional[:2] == ("name", "work_pool_name")
    assert not deploy.has_kwargs


def test_signature_of_an_inherited_method() -> None:
    found = reference.signature("prefect.client.orchestration.PrefectClient.create_deployment", TARGET)
    assert found is not None
    assert found.flavour == "coroutine"
    assert found.accepts("schedules")


def test_keyword_only() -> None:
    flow = reference.signature("prefect.flow", TARGET)
    assert flow is not None
    assert [p.kind for p in flow.parameters if p.name == "name"] == ["k"]


def test_flavour() -> None:
    fact = reference.flavour("prefect.Flow.serve", TARGET)
    assert fact is not None
    assert (fact.old, fact.new) == ("compatible", "sync")


def test_settings() -> None:
    kept = reference.setting("PREFECT_API_URL", TARGET)
    renamed = reference.setting("PREFECT_ORION_API_HOST", TARGET)
    gone = reference.setting("PREFECT_AGENT_PREFETCH_SECONDS", TARGET)
    assert kept is not None
    assert renamed is not None
    assert gone is not None
    assert kept.status == "kept"
    assert (renamed.status, renamed.new) == ("renamed_old_name_ignored", "PREFECT_SERVER_API_HOST")
    assert (gone.status, gone.new) == ("removed_ignored", None)
    assert reference.setting("PREFECT_NEVER_THERE") is None
    assert len(reference.settings(TARGET)) == len(reference.setting_facts())


def test_setting_as_a_name() -> None:
    fact = reference.lookup_name("prefect.settings.PREFECT_ORION_API_HOST", TARGET)
    assert fact is not None
    assert fact.new == "prefect.settings.PREFECT_SERVER_API_HOST"


def test_blocks() -> None:
    fields = reference.block_fields("prefect.infrastructure.KubernetesJob")
    assert fields["job"].status == "template_only"
    assert fields["image"].job_variable == "image"
    assert reference.block_fields("VertexAICustomTrainingJob")["service_account"].job_variable == "service_account_name"
    assert reference.block_fields("Nothing") == {}
    assert reference.infrastructure_blocks()["DockerContainer"].pool_type == "docker"


def test_storage() -> None:
    block = reference.storage_block("prefect.filesystems.S3")
    assert block is not None
    assert block.state == "import_raises"
    assert list(block.pull_step) == ["prefect_aws.deployments.steps.pull_from_s3"]
    assert reference.storage_block("Nothing") is None


def test_worker_templates() -> None:
    template = reference.worker_template("kubernetes")
    assert template is not None
    assert "namespace" in template.variables
    assert "job_manifest" in template.template["job_configuration"]
    assert reference.worker_template("nothing") is None
    assert reference.job_variables("nothing") == frozenset()


def test_integrations() -> None:
    aws = reference.integration("prefect_aws.s3")
    assert aws is not None
    assert aws == reference.integration("prefect-aws")
    assert (aws.last2, aws.first3) == ("0.4.20", "0.5.0")
    assert aws.slugs_gone == {"ecs-task"}
    assert aws.steps["prefect_aws.projects.steps.pull_project_from_s3"].endswith("pull_from_s3")
    assert any(fact.old == "prefect_aws.ecs.ECSTask" for fact in aws.names)
    assert reference.integration("prefect-nothing") is None
    dbt = reference.integration("prefect_dbt")
    assert dbt is not None
    assert (dbt.names, dbt.deprecated[0].old) == ((), "prefect_dbt.cli")
    assert len(reference.integrations()) == 17


def test_trigger_words() -> None:
    words = reference.trigger_words()
    assert {"Deployment", "SequentialTaskRunner", "orion", "get_state", "is_schedule_active", "ECSTask"} <= words
    assert "PREFECT_API_URL" not in reference.trigger_words("settings")


@pytest.mark.parametrize(
    ("minors", "inside", "outside"),
    [
        ("", [0, 9], []),
        ("2-", [2, 9], [1]),
        ("-3", [0, 3], [4]),
        ("2-4,6-", [2, 4, 6], [1, 5]),
        ("0", [0], [1]),
        ("-", [5], []),
    ],
)
def test_ranges(minors: str, inside: list[int], outside: list[int]) -> None:
    assert all(covers(minors, number) for number in inside)
    assert not any(covers(minors, number) for number in outside)


def test_words() -> None:
    assert words("a b@2- c@-1", 1) == ["a", "c"]
