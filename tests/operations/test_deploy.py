"""The examples name what exists: settings, commands, files, users; and they keep the promises of their comments."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.cli import COMMANDS
from lab.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
OF_TESTS = {"LAB_TEST_PG_URL", "LAB_CHROMIUM", "LAB_NGINX"}


def known() -> set[str]:
    """The settings that the program reads."""
    text = "".join(path.read_text("utf-8") for path in (ROOT / "lab").rglob("*.py"))
    return set(re.findall(r"\bLAB_[A-Z_]+\b", text)) | OF_TESTS


def files() -> list[Path]:
    named = [path for path in DEPLOY.rglob("*") if path.is_file()]
    return [*named, ROOT / "docs" / "operations.md", ROOT / "README.md"]


def texts() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files()}


def test_every_setting_that_is_named_exists():
    named = {(name, word) for name, text in texts().items() for word in re.findall(r"\bLAB_[A-Z_]+\b", text)}
    assert {one for one in named if one[1] not in known()} == set()
    assert len({word for _name, word in named}) > 15


def test_every_command_that_is_named_exists():
    pattern = re.compile(r"(?:flask(?: --app app)? lab|\"app\", \"lab\",) \"?([a-z]+)")
    named = {(name, word) for name, text in texts().items() for word in pattern.findall(text)}
    assert {one for one in named if one[1] not in COMMANDS} == set()
    assert {word for _name, word in named} >= {
        "worker",
        "metrics",
        "backup",
        "restore",
        "doctor",
        "db",
        "audit",
    }


def test_the_example_environment_is_taken_once_the_blanks_are_filled():
    lines = [
        line for line in (DEPLOY / "learning-lab.env").read_text().splitlines() if line and line[0] != "#"
    ]
    env = dict(line.split("=", 1) for line in lines)
    assert env["LAB_SECRET_KEY"] == ""
    settings = Settings.from_environment(env | {"LAB_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz"})
    assert not settings.demo and settings.secure_cookies
    assert settings.database_url.startswith("postgresql+psycopg://lab:")


def parsed(path: Path) -> configparser.RawConfigParser:
    unit = configparser.RawConfigParser(strict=False, comment_prefixes=("#",), delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text("utf-8"))
    return unit


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_is_hardened_and_runs_as_nobody_special(path):
    service = parsed(path)["Service"]
    for name in (
        "NoNewPrivileges",
        "ProtectHome",
        "PrivateTmp",
        "PrivateDevices",
        "ProtectKernelTunables",
        "RestrictSUIDSGID",
    ):
        assert service[name] == "yes", name
    assert service["ProtectSystem"] == "strict" and service["UMask"] == "0077"
    assert service["User"] == "lab" and service["CapabilityBoundingSet"] == ""
    assert service["EnvironmentFile"] == "/etc/learning-lab/env"


def test_units_name_each_other():
    names = {path.name for path in UNITS}
    for path in UNITS:
        for word in re.findall(r"\blab-[a-z]+\.(?:service|socket|timer)\b", path.read_text()):
            assert word in names
    timers = {path.stem for path in UNITS if path.suffix in (".timer", ".socket")}
    assert timers <= {path.stem for path in SERVICES}
    assert "Persistent=yes" in (DEPLOY / "systemd" / "lab-backup.timer").read_text()


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_compose_has_two_web_hosts_one_worker_a_database_and_nginx(compose):
    assert set(compose["services"]) == {"db", "migrate", "web1", "web2", "worker", "backup", "nginx"}
    published = {name for name, service in compose["services"].items() if service.get("ports")}
    assert published == {"nginx"}
    assert compose["networks"]["inside"]["internal"] is True


def test_compose_names_only_what_it_defines(compose):
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or source in ("./tls",) or (DEPLOY / source).exists(), volume
        assert service.get("image") or service.get("build"), name


def test_the_programs_of_compose_hold_no_privileges(compose):
    for name in ("migrate", "web1", "web2", "worker", "backup"):
        service = compose["services"][name]
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["build"]["dockerfile"] == "deploy/Dockerfile"


def test_nginx_passes_to_the_hosts_of_compose_and_hands_on_no_claim(compose):
    text = (DEPLOY / "nginx" / "learning-lab.conf").read_text()
    assert set(re.findall(r"server (web\d):8000", text)) == {"web1", "web2"}
    assert text.count("{") == text.count("}")
    assert "X-Forwarded-For $remote_addr;" in text and "proxy_add_x_forwarded_for" not in text
    assert "X-Request-Id $request_id;" in text
    log = text[text.index("log_format") : text.index("server {")]
    for word in ("$request ", "$uri", "$args", "$query_string", "$remote_addr", "$http_"):
        assert word not in log
    assert "non_idempotent" not in text, "A save would be sent to a second host."


def test_the_image_takes_pinned_packages_and_every_folder_that_runs():
    text = (DEPLOY / "Dockerfile").read_text()
    assert "--require-hashes" in text and "USER lab" in text
    for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name
