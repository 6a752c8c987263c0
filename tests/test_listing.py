"""`balance providers` and `balance schema`: the supported providers, for people and for programs."""

import json
from pathlib import Path

import jsonschema
import pytest

from balance_cli.commands.providers import describe
from balance_cli.config.fields import Document
from balance_cli.config.load import parse
from balance_cli.exits import Exit
from balance_cli.provider import GROUPS
from balance_cli.providers import find, ids
from balance_cli.providers._absent import ABSENT
from conftest import Balance
from surroundings import HERE


def test_providers_are_listed_by_group(balance: Balance) -> None:
    lines = balance("providers").out.splitlines()
    assert [line for line in lines if line in GROUPS.values()] == list(GROUPS.values())
    assert [line.split()[0] for line in lines if line.startswith("  ")][1:] == [
        name for group in GROUPS for name in ids() if find(name).group == group
    ]
    assert lines[-1] == f"No endpoint: {', '.join(ABSENT)}"


def test_providers_as_json_include_every_label(balance: Balance) -> None:
    labels = json.loads(balance("providers", "--json").out)
    assert [label["id"] for label in labels] == list(ids())
    for label in labels:
        assert label["docs"].startswith("https://")
        assert (bool(label["env"]), bool(label["key"])) == (label["id"] != "claude",) * 2
        assert label["balances"]
        assert label["endpoint"] is True
        assert label["top_up"] == (find(label["id"]).top_up or None)


def test_part_of_a_name_filters_the_list(balance: Balance) -> None:
    found = balance("providers", "deep").out
    for name in ("deepgram", "deepinfra", "deepl-free", "deepseek"):
        assert name in found
    assert "openrouter" not in found
    assert "No endpoint" not in found


def test_a_provider_is_found_by_the_names_of_what_it_sells(balance: Balance) -> None:
    for words, name in (("qwen", "alibaba-cloud"), ("Hunyuan", "tencent-cloud"), ("doubao", "volcengine")):
        assert name in balance("providers", words).out
    assert balance("providers", "bedrock-").code == Exit.MISCONFIGURED
    shown = describe(find("alibaba-cloud"))
    assert "sells    Qwen, DashScope, Bailian, Model Studio\n" in shown
    assert "in $ALIBABA_CLOUD_ACCESS_KEY_ID and $ALIBABA_CLOUD_ACCESS_KEY_SECRET\n" in shown
    [label] = json.loads(balance("providers", "aws", "--json").out)
    assert (label["sells"], label["required"]) == (["Bedrock"], ["account_id"])


def test_a_single_provider_is_shown_with_a_profile_to_paste(balance: Balance) -> None:
    for provider in map(find, ids()):
        shown = describe(provider)
        assert provider.docs in shown
        assert provider.note in shown
        assert (f"top up   {provider.top_up}\n" in shown) == bool(provider.top_up)
        document = Document(parse(shown[shown.index("[profiles.") :]), HERE)
        assert document.config(Path()).profiles[0].provider == provider
        assert document.problems == []
    assert balance("providers", "openrouter").out == describe(find("openrouter"))


def test_unknown_providers_are_reported_with_a_suggestion(balance: Balance) -> None:
    ended = balance("providers", "openruoter")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert 'did you mean "openrouter"' in ended.err
    assert "has no endpoint for a balance" in balance("providers", "groq").out
    assert all(find(name).absent for name in ABSENT)


def test_the_schema_is_a_valid_json_schema(balance: Balance) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(balance("schema").out))


@pytest.mark.parametrize(("slip", "meant"), [("opnai", "openai"), ("gorq", "groq"), ("my-openai", "openai")])
def test_a_typo_gets_a_suggestion(balance: Balance, slip: str, meant: str) -> None:
    for command in ("check", "providers"):
        assert f'did you mean "{meant}"?' in balance(command, slip).err


@pytest.mark.parametrize("word", ["nope", "main", "test", "prod", "agents", "default"])
def test_an_unrelated_word_gets_no_suggestion(balance: Balance, word: str) -> None:
    for command in ("check", "providers"):
        ended = balance(command, word)
        assert ended.code == Exit.MISCONFIGURED
        assert f'"{word}"' in ended.err
        assert "did you mean" not in ended.err
