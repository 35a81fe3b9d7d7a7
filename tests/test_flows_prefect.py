"""Deployments name what exists; a real server schedules them, and a real worker completes a run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psutil
import pytest
import yaml

from db.home import Home
from etl.errors import FincityError, UsageError
from fincity.demo import corpus
from fincity.demo.portal import serve
from flows.reports import keeping

ROOT = Path(__file__).resolve().parent.parent
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
FLOWS = ("collect", "build_panel", "publish", "refresh")


def test_the_pipeline_runs_without_prefect() -> None:
    said = "import sys, flows.pipeline; print([m for m in sys.modules if m.split('.')[0] == 'prefect'])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def deployments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The module of the flows, imported with a Prefect home of its own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        import flows.deployments

        yield flows.deployments


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_a_deployment_names_a_flow_that_takes_its_parameters(deployments: Any, deployment: dict[str, Any]) -> None:
    module, _, name = deployment["entrypoint"].rpartition(".")
    assert module == deployments.__name__
    flow = getattr(deployments, name)
    flow.validate_parameters(deployment.get("parameters", {}))
    assert set(deployment.get("parameters", {})) <= set(flow.parameters.properties)


@pytest.mark.parametrize("name", FLOWS)
def test_every_parameter_of_a_flow_is_explained(deployments: Any, name: str) -> None:
    flow = getattr(deployments, name)
    assert flow.description
    assert [p for p, said in flow.parameters.properties.items() if not said.get("description")] == []


def test_a_wrong_call_is_not_tried_again_but_a_busy_home_is(deployments: Any) -> None:
    from prefect.states import Failed

    assert not deployments.retriable(None, None, Failed(data=UsageError("no such source")))
    assert not deployments.retriable(None, None, Failed(data=KeyError("a bug")))
    assert deployments.retriable(None, None, Failed(data=FincityError("another refresh holds the home")))


@dataclass(frozen=True)
class Prefect:
    """A Prefect of its own: folder, address of its server, environment of its commands."""

    folder: Path
    address: str
    environment: dict[str, str]

    @classmethod
    def at(cls, folder: Path, fincity_home: Path) -> Prefect:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{free.getsockname()[1]}/api"
        own = {
            "PREFECT_HOME": str(folder),
            "PREFECT_API_URL": address,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "DO_NOT_TRACK": "1",
            "NO_COLOR": "1",
            # A scheduled run whose time comes during the test must find this home and no other.
            "FINCITY_HOME": str(fincity_home),
        }
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "FINCITY_"))}
        return cls(folder, address, inherited | own)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "prefect", *arguments]

    @contextmanager
    def running(self, name: str, *arguments: str) -> Iterator[None]:
        """A command in a process group of its own, which is gone at the end; its log is shown when the test fails."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield
        except BaseException:
            sys.stdout.write("\n".join([f"--- {name}", *log.read_text(errors="replace").splitlines()[-40:], ""]))
            raise
        finally:
            stop(process)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON answer of the server; None when it has none (yet)."""
        method = "GET" if body is None else "POST"
        try:
            answer = httpx.request(method, self.address + path, json=body, timeout=10, trust_env=False)
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None

    def told(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON answer of a server that may be busy at first."""
        return wait_for(f"answer to {path}", 60, lambda: self.ask(path, body))


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started, politely at first."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    os.killpg(process.pid, signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=5)
    for left in alive:
        left.kill()
    process.wait(10)


def wait_for(what: str, seconds: float, found: Callable[[], Any]) -> Any:
    """The first true answer; fails when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.5)
    pytest.fail(f"no {what} within {seconds:.0f} seconds")


@pytest.mark.slow
def test_a_real_server_schedules_both_deployments_and_a_worker_completes_a_run(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", "synthetic")
    (tmp_path / "prefect").mkdir()
    prefect = Prefect.at(tmp_path / "prefect", home.path)
    with prefect.running("server", "server", "start", "--no-ui", "--port", prefect.address.split(":")[2][:-4]):
        wait_for("server", 120, lambda: prefect.ask("/health"))
        # The worker runs outside the project: flows are found because fincity is installed.
        with prefect.running("worker", "worker", "start", "--pool", "fincity", "--type", "process"):
            wait_for("work pool", 60, lambda: prefect.ask("/work_pools/fincity"))
            deploy = prefect.command("--no-prompt", "deploy", "--all")
            subprocess.run(deploy, cwd=ROOT, env=prefect.environment, check=True, capture_output=True, timeout=120)
            assert scheduled(prefect, "refresh/daily") == "03:30"
            assert scheduled(prefect, "publish/weekly") == "12:00"
            assert run(prefect, "publish/weekly", {"home": str(home.path)}) == {"fincity-release"}
            assert (home.releases / "current").is_file()
            with serve(corpus.make("small")) as portal:
                day = portal.corpus.since.isoformat()
                asked = {
                    "home": str(home.path),
                    "sources": ["demo_govcn"],
                    "since": day,
                    "until": day,
                    "portal": portal.url,
                }
                told = run(prefect, "refresh/daily", asked)
    assert "fincity-report" in told
    (report,) = keeping.earlier(home)
    assert (report.command, report.outcome) == ("refresh", "done")
    assert [c.source for c in report.crawls] == ["demo_govcn"]
    assert {"crawl", "parse", "release"} <= {stage for stage, _ in report.stages}


def scheduled(prefect: Prefect, name: str) -> str:
    """Time of day, in China, at which the server's scheduler has inserted runs of a deployment."""
    wanted = {"deployments": {"id": {"any_": [prefect.told(f"/deployments/name/{name}")["id"]]}}}
    runs = wait_for(f"scheduled run of {name}", 60, lambda: prefect.ask("/flow_runs/filter", wanted))
    assert all(run["auto_scheduled"] for run in runs)
    starts = {datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("Asia/Shanghai")) for run in runs}
    (times,) = {f"{start:%H:%M}" for start in starts}
    return times


def run(prefect: Prefect, name: str, parameters: dict[str, Any]) -> set[str]:
    """Start a run of a deployment now, and see the worker complete it; the keys of its artifacts."""
    deployment = prefect.told(f"/deployments/name/{name}")["id"]
    # With a key of its own a run that is asked for twice, because the server was too busy to answer, is one run.
    wanted = {"parameters": parameters, "idempotency_key": name}
    started = prefect.told(f"/deployments/{deployment}/create_flow_run", wanted)["id"]
    done = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    wait_for(f"end of {name}", 120, lambda: prefect.told(f"/flow_runs/{started}")["state_type"] in done)
    assert prefect.told(f"/flow_runs/{started}")["state_type"] == "COMPLETED"
    artifacts = prefect.told("/artifacts/filter", {"flow_runs": {"id": {"any_": [started]}}})
    return {a["key"] for a in artifacts}
