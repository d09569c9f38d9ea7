"""The profiles that are shipped can be had in every language of the catalogues, though they offer fewer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from directory import language, resources
from directory.documentfile import load
from directory.language import LANGUAGES
from directory.profile.profiles import Profiles
from tests import messages

_ADDRESS = re.compile(r"\S+://\S+")
_TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]


def _data(name: str) -> Any:
    return load(resources.read("profiles", name)).data


_PROFILES = [name for name in resources.names("profiles") if "profile" in _data(name)]


def _bind(name: str) -> Any:
    """What a profile is bound to, by itself or by the one that it extends."""
    data = _data(name)
    return data.get("bind") or _bind(f"{data['extends']}.yaml")


@pytest.mark.parametrize("name", _PROFILES)
def test_every_text_that_is_said_in_a_language_is_gathered_for_its_catalogue(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[tuple[str, str]] = set()

    def translate(text: str, language: str, context: str = "") -> str:
        asked.add((context, text.rstrip("\n")))
        return text

    monkeypatch.setattr(language, "translate", translate)
    document = {"profile": "another", "version": "1", "from": "2026-01-01", "extends": _data(name)["profile"]}
    document |= {"bind": _bind(name), "parameters": {"languages": _TRANSLATED}}
    file = tmp_path / "another.yaml"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert set(Profiles.load([file]).all[0].variants) == set(_TRANSLATED)
    template = messages.read(messages.TEMPLATE)
    said = {(context, text) for context, text in asked if any(map(str.isalpha, _ADDRESS.sub("", text)))}
    assert said
    assert [text for context, text in said if not (template.get(text, context) or template.get(text))] == []
