"""The address of the mail server says how to speak to it; a way that nobody speaks is refused, not taken for another."""

from __future__ import annotations

import pytest

from lab.settings import Settings, UnsafeSettings


@pytest.mark.parametrize(
    "told", ["", "smtp://localhost:25", "smtps://m.example", "smtp+starttls://m.example:587"]
)
def test_what_can_be_spoken_is_taken(tmp_path, told):
    assert Settings.from_environment({"LAB_DATA_DIR": str(tmp_path), "LAB_SMTP_URL": told}).smtp_url == told


@pytest.mark.parametrize("told", ["smtp+tls://m.example:25", "https://m.example", "m.example:25"])
def test_anything_else_is_refused_by_name(tmp_path, told):
    with pytest.raises(UnsafeSettings, match="LAB_SMTP_URL must begin with smtps://"):
        Settings.from_environment({"LAB_DATA_DIR": str(tmp_path), "LAB_SMTP_URL": told})
