"""Several web hosts before one database: a session is known to all, and a host that is killed takes nothing along."""

from __future__ import annotations

import contextlib
import os
import threading

import pytest
import requests

from lab.queries.audit import check
from tests.failures.apart import apart
from tests.failures.processes import Apart
from tests.failures.writers import Draft, Writers, drafts
from tests.operations.served import PATIENCE, environment, get, until
from tests.soak import times

HOSTS = times(2, soak=4)
KILLS = times(1, soak=12)
SAVES_BETWEEN = times(10, soak=60)


class Wandering(Writers):
    """Whoever gets no answer, and whoever opens the page again, asks the next host, as behind a balancer."""

    def __init__(self, drafts: list[Draft], ports: list[int]) -> None:
        super().__init__(drafts, ports[0])
        self._ports, self._here = ports, threading.local()

    @property
    def _home(self) -> str:
        return f"http://127.0.0.1:{self._ports[getattr(self._here, 'at', 0)]}"

    @_home.setter
    def _home(self, _first: str) -> None:
        """The base begins with one host; here it depends on the thread."""

    def _open(self, web: requests.Session, draft: Draft) -> dict[str, list[str]]:
        self._here.at = (getattr(self._here, "at", -1) + 1) % len(self._ports)
        return super()._open(web, draft)


@pytest.fixture
def hosts(database, tmp_path):
    """Web hosts that share a database and nothing else: each has a folder and a network of its own."""
    made = []
    for number in range(HOSTS):
        folder = tmp_path / f"host{number}"
        folder.mkdir()
        made.append(Apart(environment(database, folder, LAB_WEB_WORKERS="1"), tmp_path / f"log{number}"))
    for one in made:
        one.start()
    yield made
    for one in made:
        one.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_host_that_is_killed_takes_nothing_along(app, hosts, tmp_path, record_property):
    writing = drafts(app, 4)
    with Wandering(writing, [one.port for one in hosts]) as writers:
        until(lambda: writers.acknowledged >= SAVES_BETWEEN, "The first saves")
        for turn in range(KILLS):
            lost = hosts[turn % HOSTS]
            lost.kill()
            lost.socket.close()  # nobody answers there: the balancer would leave it out
            goal = writers.acknowledged + SAVES_BETWEEN
            until(lambda goal=goal: writers.acknowledged >= goal, "Saves while a host is gone")
            again = Apart(lost.env, tmp_path / "log")
            hosts[turn % HOSTS] = again
            again.start()
            writers._ports[turn % HOSTS] = again.port
    for draft in writing:
        assert not draft.refusals
        draft.check()
    assert check().breaks == ()
    record_property("acknowledged", writers.acknowledged)
    where = "each in a network of its own" if apart() else "without networks of their own"
    print(f"{HOSTS} hosts {where}, {KILLS} kills, {writers.acknowledged} saves acknowledged, 0 lost")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_each_host_stands_in_a_network_of_its_own(app, hosts):
    assert [get(one.port, "/readyz") for one in hosts] == [200] * HOSTS
    ours = os.readlink("/proc/self/ns/net")
    theirs = {os.readlink(f"/proc/{one.process.pid}/ns/net") for one in hosts}
    assert len(theirs) == HOSTS and ours not in theirs if apart() else theirs == {ours}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_session_is_known_to_every_host_and_ends_on_all_at_once(app, hosts):
    (draft,) = drafts(app, 1)
    web = requests.Session()
    web.trust_env = False
    web.cookies.set("lab", draft.cookie)
    homes = [f"http://127.0.0.1:{one.port}" for one in hosts]
    for home in homes:
        with contextlib.closing(web.get(home + draft.path, timeout=PATIENCE)) as answer:
            assert answer.status_code == 200
    token = web.get(homes[0] + draft.path, timeout=PATIENCE).text.partition('name="csrf_token" value="')[2]
    out = web.post(
        homes[0] + "/sign-out", data={"csrf_token": token.partition('"')[0]}, allow_redirects=False, timeout=PATIENCE
    )  # fmt: skip
    assert out.status_code == 303
    stolen = requests.Session()
    stolen.trust_env = False
    stolen.cookies.set("lab", draft.cookie)
    for home in homes:
        answer = stolen.get(home + draft.path, allow_redirects=False, timeout=PATIENCE)
        assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
