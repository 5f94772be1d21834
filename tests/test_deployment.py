"""The image, the compose file and the manifests fit the product: its settings, commands, addresses and ports."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pydantic import ValidationError

from cma_graphql.app import create_app
from cma_graphql.cli import _parser
from cma_graphql.core.settings import Settings, WorkerSettings
from cma_graphql.persistence.roles import APP, BACKUP, OWNER, WORKER, database_statements, role_statements
from support.deployment import (
    COMPOSE,
    OVERLAYS,
    ROOT,
    SERVICES,
    container,
    exec_form,
    manifests,
    pod_environment,
    said,
    service_environment,
    steps,
    the,
)
from support.deployment import WORKER as WORKERS

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
GUIDE = (ROOT / "docs/how-to/deploy.md").read_text(encoding="utf-8")
NGINX = (ROOT / "docker/nginx.conf").read_text(encoding="utf-8")
FILES = [path for folder in ("docker", "k8s") for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
SERVERS = [*(("Deployment", overlay) for overlay in OVERLAYS), ("compose", "api")]
ADMINISTRATION: dict[str, Any] = yaml.safe_load((ROOT / "k8s/administration.yaml").read_text(encoding="utf-8"))
LABELS = {"app.kubernetes.io/name", "app.kubernetes.io/component"}
KEPT_FROM_SERVERS = "CMA_MIGRATION_URL"
PINNED = re.compile(r"[a-z0-9./-]+:(?!latest)[a-z0-9.-]*\d[a-z0-9.-]*(@sha256:[0-9a-f]{64})?")
SECONDS_TO_CLOSE = 10
PODS = [("Deployment", ""), ("Deployment", WORKERS), ("Job", "")]


def environment_of(kind: str, name: str) -> dict[str, str]:
    """Answer the environment that a server is started with, that of its image included."""
    image = dict(pair.split("=", 1) for line in said("ENV") for pair in line.split())
    return image | (service_environment(name) if kind == "compose" else pod_environment(kind, name))


def settings_of(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Read the settings as a server started with this environment would."""
    for name in list(os.environ):
        if name.startswith("CMA_"):
            monkeypatch.delenv(name)
    for name, value in environment.items():
        if name.startswith("CMA_"):
            monkeypatch.setenv(name, value)
    return Settings()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bCMA_[A-Z][A-Z0-9_]*", path.read_text(encoding="utf-8")))
    assert named <= {f"CMA_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize(("kind", "name"), SERVERS)
async def test_a_server_starts_with_what_it_is_given_and_answers_its_probes(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = environment_of(kind, name)
    assert KEPT_FROM_SERVERS not in environment
    settings = settings_of(environment, monkeypatch)
    assert settings.env == "production"
    assert settings.trusted_proxies
    probed = {"/graphql"}
    if kind == "compose":
        probed |= set(re.findall(r"/[a-z]+z\b", str(SERVICES[name]["healthcheck"]["test"]) + said("HEALTHCHECK")[0]))
    else:
        box = container(kind, name)
        probed |= {box[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        probed |= {path["path"] for rule in the("Ingress", name)["spec"]["rules"] for path in rule["http"]["paths"]}
    assert probed == {"/graphql", "/livez", "/readyz"} | (set() if kind == "compose" else {"/export", "/calendar"})
    transport = httpx.ASGITransport(create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="https://graphql.example.org") as client:
        answers = {path: (await client.get(path)).status_code for path in probed}
    # There is no database here.
    expected = {"/graphql": 400, "/export": 405, "/calendar": 404, "/livez": 200, "/readyz": 503}
    assert answers == {path: expected[path] for path in probed}


@pytest.mark.parametrize(("kind", "name"), SERVERS)
def test_nothing_that_production_needs_is_left_to_a_default(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_of({"CMA_ENV": "production"}, monkeypatch)
    needed = set(re.findall(r"CMA_[A-Z0-9_]+", str(refused.value))) - {"CMA_ENV"}
    assert len(needed) > 5
    assert needed <= set(environment_of(kind, name))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_only_migrations_know_the_owners_address(overlay: str) -> None:
    assert set(pod_environment("Job", overlay)) == {KEPT_FROM_SERVERS}
    assert set(service_environment("migrate")) == {KEPT_FROM_SERVERS}
    assert {name for name in SERVICES if KEPT_FROM_SERVERS in service_environment(name)} == {
        "migrate",
        "administration",
    }


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_guide_lists_every_key_of_the_secrets_and_no_other(overlay: str) -> None:
    listed = set(re.findall(r"^\| `(cma-graphql-[a-z]+)` \| `(CMA_[A-Z0-9_]+)`", GUIDE, re.MULTILINE))
    references = [
        variable["valueFrom"]["secretKeyRef"]
        for kind, name in PODS
        for variable in container(kind, overlay, name)["env"]
    ]
    assert listed == {(reference["name"], reference["key"]) for reference in references}


def test_no_secret_is_kept_here() -> None:
    assert not [each for name in ("base", *(f"overlays/{o}" for o in OVERLAYS)) for each in manifests(name)
                if each["kind"] == "Secret"]  # fmt: skip
    example = (ROOT / "docker/.env.example").read_text(encoding="utf-8")
    lines = [line for line in example.splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Z_]+=", line) for line in lines)
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker/compose.yaml").read_text(encoding="utf-8")))
    assert {line.rstrip("=") for line in lines} == asked


def test_start_commands_are_commands() -> None:
    assert exec_form(said("ENTRYPOINT")[0]) == ["cma-graphql"]
    commands = [exec_form(said("CMD")[0])]
    commands += [service["command"] for service in SERVICES.values() if str(service["image"]).startswith("cma-graphql")]
    commands += [container(kind, overlay, name)["args"] for kind, name in PODS for overlay in OVERLAYS]
    parsed = {_parser().parse_args(words).command.__name__ for words in commands if words != ["--help"]}
    assert parsed == {"_serve", "_worker", "_migrate"}
    with pytest.raises(SystemExit):
        _parser().parse_args(["server"])


def test_ports_agree() -> None:
    port = {"EXPOSE": said("EXPOSE")[0], "image": environment_of("compose", "api")["CMA_PORT"]}
    port["published"] = SERVICES["api"]["ports"][0].rpartition(":")[2]
    port["probed"] = re.findall(r"127\.0\.0\.1:(\d+)", str(SERVICES["api"]["healthcheck"]))[0]
    port["proxied"] = re.findall(r"server api:(\d+);", NGINX)[0]
    for overlay in OVERLAYS:
        box = container("Deployment", overlay)
        (named,) = box["ports"]
        port[overlay] = str(named["containerPort"])
        port[f"{overlay} setting"] = pod_environment("Deployment", overlay)["CMA_PORT"]
        inside = {box[probe]["httpGet"]["port"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        inside |= {each["targetPort"] for each in the("Service", overlay)["spec"]["ports"]}
        (rule,) = the("NetworkPolicy", overlay, "cma-graphql-api")["spec"]["ingress"]
        assert inside | {each["port"] for each in rule["ports"]} == {named["name"]}
    assert set(port.values()) == {"8000"}


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize(("kind", "name"), PODS)
def test_a_pod_is_confined(kind: str, name: str, overlay: str) -> None:
    pod = the(kind, overlay, name)["spec"]["template"]["spec"]
    user = int(said("USER")[0].split(":")[0])
    assert user > 0
    security = {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": user}
    assert pod["securityContext"] == security | {"seccompProfile": {"type": "RuntimeDefault"}}
    box = container(kind, overlay, name)
    assert box["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(box["resources"]) == {"requests", "limits"}
    assert (pod["automountServiceAccountToken"], pod["serviceAccountName"]) == (False, "cma-graphql")
    assert the("ServiceAccount", overlay)["automountServiceAccountToken"] is False


def test_the_administrators_pod_is_confined_as_the_migrations_is() -> None:
    pod = ADMINISTRATION["spec"]
    (box,) = pod["containers"]
    for overlay in OVERLAYS:
        like, inside = the("Job", overlay)["spec"]["template"], container("Job", overlay)
        assert box["securityContext"] == inside["securityContext"]
        shared = ("securityContext", "serviceAccountName", "automountServiceAccountToken", "restartPolicy", "volumes")
        assert {name: pod[name] for name in shared} == {name: like["spec"][name] for name in shared}
        assert ADMINISTRATION["metadata"]["labels"] == {
            name: value for name, value in like["metadata"]["labels"].items() if name in LABELS
        }
    assert pod["activeDeadlineSeconds"] == int(re.findall(r"sleep\((\d+)\)", box["command"][-1])[0])
    assert PINNED.fullmatch(box["image"])
    assert box["image"].endswith(f":{VERSION}")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service


def test_images_are_pinned() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += [container(kind, overlay, name)["image"] for kind, name in PODS for overlay in OVERLAYS]
    stages = {step.stage for step in steps()}
    images += [first for step in steps() if step.word == "FROM" and (first := step.rest.split()[0]) not in stages]
    assert len(images) > len(SERVICES)
    assert [image for image in images if not PINNED.fullmatch(image)] == []
    ours = {image.rpartition(":")[2] for image in images if "cma-graphql:" in image}
    assert ours | {line.rpartition("=")[2] for line in said("ARG") if line.startswith("VERSION")} == {VERSION}


def test_what_the_image_copies_is_there_and_is_sent_to_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    stages = {step.stage for step in steps()}
    used = set()
    for step in steps():
        if step.word != "COPY":
            continue
        words = step.rest.split()
        if words[0].startswith("--from="):
            assert words[0].removeprefix("--from=") in stages
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists(), source
            place = next(place for place in (source, *map(str, Path(source).parents)) if place in sent)
            used.add(place)
    assert "*" in ignored
    assert used == sent


def test_the_image_installs_the_locked_requirements_and_no_others() -> None:
    installs = [part for step in steps() if step.word == "RUN" for part in step.rest.split("&&") if "pip" in part]
    locked: dict[str, set[str]] = {"playground": set(), "product": set()}
    for step in steps():
        if step.word == "RUN":
            for name in re.findall(r"--requirement requirements/([a-z]+)\.txt", step.rest):
                locked[step.stage].add(name)
    assert locked == {"playground": {"build", "node"}, "product": {"build", "base"}}
    for command in installs:
        if "pip" in command and " install " in command:
            assert "--require-hashes" in command or "--no-index" in command, command
    assert said("RUN")[0].startswith("groupadd")  # the runtime stage installs nothing
    assert len(said("RUN")) == 1


def test_requests_under_way_are_given_their_time() -> None:
    for overlay in OVERLAYS:
        pod = the("Deployment", overlay)["spec"]["template"]["spec"]
        pause = container("Deployment", overlay)["lifecycle"]["preStop"]["sleep"]["seconds"]
        serving = int(pod_environment("Deployment", overlay)["CMA_SHUTDOWN_SECONDS"])
        assert pod["terminationGracePeriodSeconds"] >= pause + serving + SECONDS_TO_CLOSE
    grace = int(SERVICES["api"]["stop_grace_period"].removesuffix("s"))
    assert grace >= Settings.model_fields["shutdown_seconds"].default + SECONDS_TO_CLOSE
    assert said("STOPSIGNAL") == ["SIGTERM"]


@pytest.mark.parametrize(("kind", "name"), [*(("Deployment", overlay) for overlay in OVERLAYS), ("compose", "worker")])
def test_a_worker_starts_with_what_it_is_given_and_no_more(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = dict(pair.split("=", 1) for line in said("ENV") for pair in line.split())
    given = service_environment(name) if kind == "compose" else pod_environment(kind, name, WORKERS)
    for setting in os.environ:
        if setting.startswith("CMA_"):
            monkeypatch.delenv(setting)
    for setting, value in (image | given).items():
        monkeypatch.setenv(setting, value)
    settings = WorkerSettings()
    assert settings.env == "production"
    assert settings.database_url is not None
    assert settings.worker_alive == Path("/tmp/worker-alive")  # noqa: S108 - in the container, where it is its own
    assert not {"CMA_MIGRATION_URL", "CMA_TOKEN_KEYS", "CMA_SMTP_URL", "CMA_S3_SECRET_ACCESS_KEY"} & given.keys()
    if kind == "compose":
        assert "cma_worker:" in settings.database_url.get_secret_value()
        assert str(settings.worker_alive) in str(SERVICES["worker"]["healthcheck"]["test"])
        assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) >= settings.shutdown_seconds + 10
    else:
        pod = the(kind, name, WORKERS)["spec"]["template"]["spec"]
        assert pod["terminationGracePeriodSeconds"] >= settings.shutdown_seconds + SECONDS_TO_CLOSE
        box = container(kind, name, WORKERS)
        (port,) = box["ports"]
        assert port["containerPort"] == settings.worker_metrics_port
        (rule,) = the("NetworkPolicy", name, WORKERS)["spec"]["ingress"]
        assert [each["port"] for each in rule["ports"]] == [port["name"]]
        (secret,) = {
            variable["valueFrom"]["secretKeyRef"]["name"] for variable in box["env"]
            if variable["name"] == "CMA_DATABASE_URL"
        }  # fmt: skip
        assert secret == "cma-graphql-worker"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_workers_probes_look_at_the_file(overlay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive = tmp_path / "alive"
    monkeypatch.setenv("CMA_WORKER_ALIVE", str(alive))
    probes = [container("Deployment", overlay, WORKERS)[probe] for probe in ("startupProbe", "livenessProbe")]

    def passed() -> list[bool]:
        words = [[sys.executable, *probe["exec"]["command"][1:]] for probe in probes]
        return [subprocess.run(each, check=False, capture_output=True).returncode == 0 for each in words]

    assert passed() == [False, False]
    alive.touch()
    assert passed() == [True, True]
    os.utime(alive, (0, 0))
    assert passed() == [True, False]


def test_proxies_let_pass_what_the_server_would_refuse_in_its_own_words() -> None:
    sizes = re.findall(r"^        client_max_body_size\s+(\d+)k;", NGINX, re.MULTILINE)
    for overlay in OVERLAYS:
        annotations = the("Ingress", overlay)["metadata"]["annotations"]
        sizes.append(annotations["nginx.ingress.kubernetes.io/proxy-body-size"].removesuffix("k"))
        assert annotations["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"
    assert len(sizes) == 1 + len(OVERLAYS)
    assert all(int(size) * 1024 > Settings.model_fields["max_body_bytes"].default for size in sizes)


def test_the_proxy_of_compose_lets_files_pass_as_they_come() -> None:
    (files,) = re.findall(r"location /files/ \{(.*?)\}", NGINX, re.DOTALL)
    (size,) = re.findall(r"client_max_body_size\s+(\d+)k;", files)
    assert int(size) * 1024 > Settings.model_fields["document_largest"].default
    assert re.search(r"proxy_request_buffering\s+off;", files)
    (common,) = re.findall(r"location / \{(.*?)\}", NGINX, re.DOTALL)
    addressing = r"proxy_set_header (?:Host|X-Forwarded-For|X-Forwarded-Proto|Forwarded|X-Real-IP)\s+\S+;"
    assert re.findall(addressing, files) == re.findall(addressing, common)


def test_files_of_documents_outlive_the_server() -> None:
    folder = service_environment("api")["CMA_STORAGE_FOLDER"]
    (volume,) = SERVICES["api"]["volumes"]
    assert volume == f"documents:{folder}"
    assert "documents" in COMPOSE["volumes"]
    assert folder in said("RUN")[0]  # a new volume takes the owner of the image's folder
    for overlay in OVERLAYS:  # pods keep nothing: their files are in a bucket of the overlay's own
        settings = pod_environment("Deployment", overlay)
        assert settings["CMA_STORAGE"] == "s3"
    assert len({pod_environment("Deployment", overlay)["CMA_S3_BUCKET"] for overlay in OVERLAYS}) == len(OVERLAYS)


def test_the_proxy_of_compose_is_believed_and_nobody_else() -> None:
    (network,) = COMPOSE["networks"]["edge"]["ipam"]["config"]
    address = SERVICES["proxy"]["networks"]["edge"]["ipv4_address"]
    assert ip_address(address) in ip_network(network["subnet"])
    assert service_environment("api")["CMA_TRUSTED_PROXIES"] == f'["{address}"]'
    headers = dict(re.findall(r"proxy_set_header (\S+)\s+(\S+);", NGINX))
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("$remote_addr", "$scheme")
    assert headers["Forwarded"] == headers["X-Real-IP"] == "''"
    assert "proxy_buffering    off;" in NGINX


def test_the_database_of_compose_has_the_roles_of_the_product() -> None:
    made = (ROOT / "docker/postgres/10-roles.sql").read_text(encoding="utf-8")
    database = SERVICES["postgres"]["environment"]["POSTGRES_DB"]
    wanted = [*role_statements(), *database_statements(database)]
    assert made == "".join(f"{statement};\n" for statement in wanted)
    passwords = (ROOT / "docker/postgres/20-passwords.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"ALTER ROLE (\w+) PASSWORD", passwords)) == {OWNER, APP, WORKER, BACKUP}
    assert set(re.findall(r"^\\getenv \w+ (\w+)", passwords, re.MULTILINE)) <= set(SERVICES["postgres"]["environment"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_selectors_find_the_pods(overlay: str) -> None:
    labels: dict[tuple[str, str], dict[str, str]] = {
        (kind, name): the(kind, overlay, name)["spec"]["template"]["metadata"]["labels"] for kind, name in PODS
    }
    api, workers, job = PODS
    selectors: list[tuple[tuple[str, str], Any]] = [
        (api, the("Deployment", overlay)["spec"]["selector"]["matchLabels"]),
        (api, the("Service", overlay)["spec"]["selector"]),
        (api, the("PodDisruptionBudget", overlay)["spec"]["selector"]["matchLabels"]),
        (api, the("NetworkPolicy", overlay, "cma-graphql-api")["spec"]["podSelector"]["matchLabels"]),
        (workers, the("Deployment", overlay, WORKERS)["spec"]["selector"]["matchLabels"]),
        (workers, the("NetworkPolicy", overlay, WORKERS)["spec"]["podSelector"]["matchLabels"]),
        (job, the("NetworkPolicy", overlay, "cma-graphql-migrate")["spec"]["podSelector"]["matchLabels"]),
    ]
    for pod, selector in selectors:
        assert [found for found in PODS if selector.items() <= labels[found].items()] == [pod]
    assert the("NetworkPolicy", overlay, "deny-all")["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    scaler = the("HorizontalPodAutoscaler", overlay)["spec"]
    assert (scaler["scaleTargetRef"]["kind"], scaler["scaleTargetRef"]["name"]) == ("Deployment", "cma-graphql")
    assert "replicas" not in the("Deployment", overlay)["spec"]
    assert 2 <= scaler["minReplicas"] < scaler["maxReplicas"]


def test_overlays_name_one_host_each() -> None:
    hosts = {}
    for overlay in OVERLAYS:
        ingress = the("Ingress", overlay)["spec"]
        named = {rule["host"] for rule in ingress["rules"]} | {
            host for each in ingress["tls"] for host in each["hosts"]
        }
        named.add(pod_environment("Deployment", overlay)["CMA_PUBLIC_URL"].removeprefix("https://"))
        (hosts[overlay],) = named
    assert len(set(hosts.values())) == len(OVERLAYS)
