"""The world of the sweeps, on the day it is told for."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.clients import Clock
from tests.trust.world import TODAY, World, make_world


@pytest.fixture
def world(app: Flask, clock: Clock) -> World:
    clock.set(TODAY)
    return make_world()
