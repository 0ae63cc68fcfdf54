"""Dotted names of Prefect 2 that the readers look for, whatever module path they were imported through."""

from __future__ import annotations

import re

#: class name -> (role, the work pool type it becomes)
INFRASTRUCTURE = {
    "Process": "process",
    "DockerContainer": "docker",
    "KubernetesJob": "kubernetes",
    "ECSTask": "ecs",
    "CloudRunJob": "cloud-run",
    "VertexAICustomTrainingJob": "vertex-ai",
    "AzureContainerInstanceJob": "azure-container-instance",
}
#: block type slug -> class name
INFRASTRUCTURE_SLUGS = {
    "process": "Process",
    "docker-container": "DockerContainer",
    "kubernetes-job": "KubernetesJob",
    "ecs-task": "ECSTask",
    "cloud-run-job": "CloudRunJob",
    "vertex-ai-custom-training-job": "VertexAICustomTrainingJob",
    "azure-container-instance-job": "AzureContainerInstanceJob",
}
STORAGE = {
    "LocalFileSystem": "local-file-system",
    "RemoteFileSystem": "remote-file-system",
    "S3": "s3",
    "GCS": "gcs",
    "Azure": "azure",
    "SMB": "smb",
    "GitHub": "github",
    "GitHubRepository": "github-repository",
    "GitLab": "gitlab",
    "GitLabRepository": "gitlab-repository",
    "BitBucketRepository": "bitbucket-repository",
    "S3Bucket": "s3-bucket",
    "GcsBucket": "gcs-bucket",
    "AzureBlobStorageContainer": "azure-blob-storage-container",
}
STORAGE_SLUGS = {slug: cls for cls, slug in STORAGE.items()}

_MODULE = r"prefect(?:_[a-z]+)?(?:\.\w+)*"
_DEPLOYMENT = re.compile(r"^prefect\.deployments(?:\.\w+)*\.Deployment(?:\.(?P<method>\w+))?$")
_SCHEDULE = re.compile(rf"^{_MODULE}\.(?P<cls>CronSchedule|IntervalSchedule|RRuleSchedule)(?:\.(?P<method>\w+))?$")
_BLOCK = re.compile(rf"^{_MODULE}\.(?P<cls>[A-Z]\w*)(?:\.(?P<method>\w+))?$")
_NEW_SCHEDULE = re.compile(r"^prefect\.schedules\.(?P<cls>Cron|Interval|RRule|Schedule)$")


def deployment_method(name: str) -> str | None:
    """ "" for the class `Deployment` itself, the method's name for a method of it, None for anything else."""
    match = _DEPLOYMENT.match(name)
    return None if match is None else match.group("method") or ""


def schedule_class(name: str) -> str | None:
    """`CronSchedule` and its sisters, from any module of Prefect 2; a method such as `from_rrule` after a dot."""
    match = _SCHEDULE.match(name)
    if match is None:
        return None
    return f"{match['cls']}.{match['method']}" if match["method"] else match["cls"]


def new_schedule_class(name: str) -> str | None:
    """`Cron`, `Interval`, `RRule` or `Schedule` of Prefect 3."""
    match = _NEW_SCHEDULE.match(name)
    return match["cls"] if match else None


def block_class(name: str) -> tuple[str, str] | None:
    """(class, method) of an infrastructure or storage block; the method is "" for the class itself."""
    match = _BLOCK.match(name)
    if match is None or (match["cls"] not in INFRASTRUCTURE and match["cls"] not in STORAGE):
        return None
    return match["cls"], match["method"] or ""


def is_flow_decorator(name: str) -> bool:
    return name in ("prefect.flow", "prefect.flows.flow")
