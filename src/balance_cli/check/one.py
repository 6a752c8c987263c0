"""Check one profile: read its key, ask its provider, judge the balances, and handle every failure."""

import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Context, localcontext
from typing import Final

import httpx

from balance_cli.amount import DIGITS, EXACT
from balance_cli.check.judge import judge
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Failure, Misconfigured, Rejected, Unexpected, UsedUp
from balance_cli.http.api import Api, Spawn, send_in_turn
from balance_cli.keys.secret import Secret, require_halves
from balance_cli.minimum import Minimum
from balance_cli.model import Balance, Plan, Reading
from balance_cli.provider import Provider
from balance_cli.text import clean, join_names
from balance_cli.times import format_relative
from balance_cli.verdict import Status, Verdict

MOST_BALANCES: Final = 1000
_LONGEST: Final = 400
"""Maximum length of an error message, and of a hint."""


class Run:
    """The settings that all profiles of a run share; ``minimums``, if any, replace the profiles' own."""

    def __init__(
        self,
        *,
        environment: Environment,
        deadline: Deadline,
        now: datetime,
        minimums: Sequence[Minimum] = (),
        warnings: Sequence[Minimum] = (),
        debug: Callable[[str], None] | None = None,
    ) -> None:
        self.environment, self.deadline, self.now = environment, deadline, now
        self.minimums, self.warnings, self.debug = minimums, warnings, debug


def verdict(profile: Profile, run: Run, client: Callable[[], httpx.Client], spawn: Spawn = send_in_turn) -> Verdict:
    """Read and judge the balances of one profile; never raise, whatever a provider or an adapter does."""
    began = time.monotonic()
    result = _check_safely(profile, run, client, spawn)
    return result._replace(elapsed_ms=round((time.monotonic() - began) * 1000))


def _check_safely(profile: Profile, run: Run, client: Callable[[], httpx.Client], spawn: Spawn) -> Verdict:
    api: Api | None = None
    try:
        secret = _read_key(profile, run)
        api = _make_api(profile, run, secret, client(), spawn)
        with localcontext(Context(prec=DIGITS)):
            read = read_balances(profile, api)
        result = judge_reading(profile, run, read)
    except Failure as trouble:
        result = make_failed_verdict(profile, trouble)
    except Exception as error:  # noqa: BLE001 - one profile's bug must not hide the others' results
        culprit = profile.provider.package or "balance"
        result = make_failed_verdict(
            profile, Unexpected(f"bug in {culprit}: {type(error).__name__}", hint="please report it")
        )
    return result._replace(attempts=api.attempts) if api else result


def _read_key(profile: Profile, run: Run) -> Secret:
    """Return the key; raise Misconfigured if it is of a wrong kind, which must not be sent."""
    provider = profile.provider
    if provider.broken:
        raise Misconfigured(provider.broken, hint=f"update or uninstall {provider.package}")
    if provider.absent:
        raise Misconfigured(f"{provider.name} has no endpoint for a balance", hint=provider.absent)
    debug = run.debug
    tell = (lambda text: debug(f"{profile.name}: {text}")) if debug else None
    secret = profile.key.read(run.environment, run.deadline, tell)
    if secret.holder is not None:
        _refuse_expired(profile, secret, run.now)
    for pattern, kind in provider.wrong_keys.items():
        if re.search(pattern, secret.reveal()):
            raise Misconfigured(f"the key from {profile.key} is {kind}; it was not sent", hint=_describe_key(provider))
    if provider.has_two_part_key:
        require_halves(secret, provider.key)
    return secret


def _refuse_expired(profile: Profile, secret: Secret, now: datetime) -> None:
    """Raise Rejected if another program's file says that its key has expired."""
    from balance_cli.keys.stored import find_expiry

    expires = find_expiry(secret)
    if expires and expires <= now:
        tool = profile.provider.tool
        message = f"the key from {profile.key} expired {format_relative(expires, now)}; it was not sent"
        raise Rejected(message, hint=f"run `{tool}` once" if tool else "use the program that wrote it once")


def _describe_key(provider: Provider) -> str:
    """Return which kind of key a provider needs, and where it is created."""
    article = "an" if provider.key[0].casefold() in "aeiou" else "a"
    created = f", created at {provider.key_page}" if provider.key_page else ""
    return f"{provider.name} needs {article} {provider.key}{created}"


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
        debug=(lambda text: debug(clean(f"{profile.name}: {text}", _LONGEST))) if debug else None,
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


def judge_reading(profile: Profile, run: Run, read: Reading) -> Verdict:
    """Judge a reading by the run's minimums, or else by the profile's own, and by the run's warnings."""
    status, rows, error = judge(
        read,
        run.minimums or profile.minimums,
        each=not run.minimums and profile.strict,
        warnings=run.warnings,
        hint=profile.provider.unread,
    )
    return _make_verdict(profile, status, error)._replace(balances=rows, plan=read.plan)


def make_failed_verdict(profile: Profile, trouble: Failure) -> Verdict:
    """Return the verdict for a profile that could not be read."""
    trouble.__traceback__ = trouble.__context__ = None  # both would keep the whole request, with its key, in memory
    if not trouble.hint:
        trouble.hint = _suggest(profile, trouble)
    status = {Misconfigured.kind: Status.MISCONFIGURED, UsedUp.kind: Status.LOW}.get(trouble.kind, Status.UNKNOWN)
    return _make_verdict(profile, status, trouble)


def _make_verdict(profile: Profile, status: Status, error: Failure | None) -> Verdict:
    if error:  # an adapter's message may contain a provider's text
        error.message, error.hint = clean(error.message, _LONGEST), clean(error.hint, _LONGEST)
    provider = profile.provider
    return Verdict(
        profile=profile.name,
        provider=provider.id,
        status=status,
        error=error,
        docs=profile.docs or None,
        top_up=provider.top_up or None,
    )


def _suggest(profile: Profile, trouble: Failure) -> str:
    """Return what to do next about a failure of this kind."""
    provider = profile.provider
    if trouble.wait:
        return f"{provider.name} asks you to wait {trouble.wait:.0f} s"
    match trouble.kind:
        case "rejected":
            clock = "; its signature needs a correct clock" if provider.sign and not provider.auth else ""
            return f"the key is from {profile.key}; {_describe_key(provider)}{clock}"
        case "used_up":
            return f"top up at {provider.top_up}" if provider.top_up else "top up the account"
        case "throttled":
            return "wait, or check less often"
        case "unreachable":
            return f"{provider.name} is having problems: try again later"
        case _ if url := profile.options.get("url"):
            return f"compare the response of {url.partition('?')[0]} with the fields set in profile {profile.name}"
        case _:
            return f"{provider.name} documents the response at {provider.docs}"
