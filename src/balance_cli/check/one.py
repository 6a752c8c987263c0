"""Check one profile: read its key, ask its provider, judge the balances, and handle every failure."""

import time
from collections.abc import Callable
from decimal import Context, localcontext
from typing import Final

import httpx

from balance_cli.amount import DIGITS, EXACT
from balance_cli.check.key import read_key
from balance_cli.check.verdicts import LONGEST, Run, judge_reading, make_failed_verdict
from balance_cli.config.profile import Profile
from balance_cli.errors import Failure, Misconfigured, Unexpected
from balance_cli.http.api import Api, Spawn, send_in_turn
from balance_cli.keys.secret import Secret
from balance_cli.minimum import Minimum
from balance_cli.model import Balance, Plan, Reading
from balance_cli.text import clean, join_names
from balance_cli.verdict import Verdict

MOST_BALANCES: Final = 1000


def verdict(profile: Profile, run: Run, client: Callable[[], httpx.Client], spawn: Spawn = send_in_turn) -> Verdict:
    """Read and judge the balances of one profile; never raise, whatever a provider or an adapter does."""
    began = time.monotonic()
    result = _check_safely(profile, run, client, spawn)
    return result._replace(elapsed_ms=round((time.monotonic() - began) * 1000))


def _check_safely(profile: Profile, run: Run, client: Callable[[], httpx.Client], spawn: Spawn) -> Verdict:
    api: Api | None = None
    try:
        secret = read_key(profile, run)
        api = _make_api(profile, run, secret, client(), spawn)
        with localcontext(Context(prec=DIGITS)):
            read = read_balances(profile, api)
        result = judge_reading(profile, run, read)._replace(read_at=run.environment.now())
    except Failure as trouble:
        result = make_failed_verdict(profile, trouble)
    except Exception as error:  # noqa: BLE001 - one profile's bug must not hide the others' results
        culprit = profile.provider.package or "balance"
        result = make_failed_verdict(
            profile, Unexpected(f"bug in {culprit}: {type(error).__name__}", hint="please report it")
        )
    return result._replace(attempts=api.attempts) if api else result


def _make_api(profile: Profile, run: Run, secret: Secret, client: httpx.Client, spawn: Spawn) -> Api:
    debug, beside = run.debug, dict[str, str]()
    if secret.holder is not None and profile.provider.beside:
        from balance_cli.keys.stored import find_beside

        beside = find_beside(secret, profile.provider.beside)
        secret = secret.with_others(beside.values())
    return Api(
        provider=profile.provider,
        secret=secret,
        client=client,
        spawn=spawn,
        environment=run.environment,
        deadline=run.deadline,
        base_url=profile.base_url,
        options={**beside, **profile.options},
        unit=profile.unit or profile.provider.unit or "",
        now=run.now,
        debug=(lambda text: debug(clean(f"{profile.name}: {text}", LONGEST))) if debug else None,
    )


def read_balances(profile: Profile, api: Api) -> Reading:
    """Let the adapter read the balances; raise Unexpected if a response is not as documented."""
    balances: list[Balance] = []
    plan = None
    try:
        for item in profile.provider.read(api):
            if isinstance(item, Plan):
                plan = str(item) or None
            else:
                balances.append(item)
            if len(balances) > MOST_BALANCES:
                raise Unexpected(f"the response has more than {MOST_BALANCES} balances")
        api.finish()
    except KeyError as error:
        raise Unexpected(f"the response has no {join_names(error.args)}") from None
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
        raise Unexpected(f"the response is not as documented ({type(error).__name__})") from None
    finally:
        api.abandon()
    if not balances:
        raise Unexpected("the response has no balance")
    if profile.budget:
        balances[0] = _apply_budget(balances[0], profile.budget)
    return Reading(balances=tuple(balances), plan=plan)


def _apply_budget(headline: Balance, budget: Minimum) -> Balance:
    """Use a budget as the limit of the headline balance, unless the provider sets a smaller one."""
    if headline.used is None:
        raise Misconfigured(
            f"a budget needs the used amount, which {headline.name} does not report", hint="remove budget"
        )
    if (budget.unit or headline.unit).casefold() != headline.unit.casefold():
        raise Misconfigured(
            f"the budget is in {budget.unit} but {headline.name} is in {headline.unit}", hint="correct the budget"
        )
    remaining = EXACT.subtract(budget.amount, headline.used)
    return headline._replace(
        limit=budget.amount if headline.limit is None else min(headline.limit, budget.amount),
        remaining=remaining if headline.remaining is None else min(headline.remaining, remaining),
        unlimited=False,
    )
