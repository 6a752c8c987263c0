"""One profile to its verdict: key, questions, balances, judgement, and every way in which that can fail."""

import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Context, localcontext
from typing import Final, NamedTuple

import httpx

from balance_cli.amount import DIGITS, EXACT
from balance_cli.check.judge import judge
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.errors import Failure, Misconfigured, Unexpected, UsedUp
from balance_cli.http.api import Api
from balance_cli.keys.secret import Secret
from balance_cli.minimum import Minimum
from balance_cli.model import Balance, Plan, Reading
from balance_cli.text import clean, listed
from balance_cli.verdict import Links, Status, Verdict

MOST_BALANCES: Final = 1000
_LONGEST: Final = 400
"""The characters of an error's message, or of its hint."""


class Run(NamedTuple):
    """What the profiles of one run share; ``minimums`` replace the profiles' own where there are any."""

    deadline: Deadline
    now: datetime
    minimums: Sequence[Minimum] = ()
    warnings: Sequence[Minimum] = ()
    debug: Callable[[str], None] | None = None


def verdict(profile: Profile, run: Run, client: Callable[[], httpx.Client]) -> Verdict:
    """Read one profile's balances and judge them; never raises, whatever a provider or an adapter does."""
    began = time.monotonic()
    made = _guarded(profile, run, client)
    return made._replace(elapsed_ms=round((time.monotonic() - began) * 1000))


def _guarded(profile: Profile, run: Run, client: Callable[[], httpx.Client]) -> Verdict:
    api: Api | None = None
    try:
        secret = _key(profile, run)
        api = _api(profile, run, secret, client())
        with localcontext(Context(prec=DIGITS)):
            read = reading(profile, api)
        made = judged(profile, run, read)
    except Failure as trouble:
        made = failed(profile, trouble)
    except Exception as error:  # noqa: BLE001 - one profile's bug must not hide the others' answers
        culprit = profile.provider.package or "balance itself"
        made = failed(profile, Unexpected(f"{culprit} failed here: {type(error).__name__}", hint="please report it"))
    return made._replace(attempts=api.attempts) if api else made


def _key(profile: Profile, run: Run) -> Secret:
    """Return a key that may be sent: one that shows itself to be of another kind is not."""
    provider = profile.provider
    if provider.broken:
        raise Misconfigured(provider.broken, hint=f"update or uninstall {provider.package}")
    if provider.absent:
        raise Misconfigured(f"{provider.name} has no endpoint for a balance", hint=provider.absent)
    debug = run.debug
    secret = profile.key.read(run.deadline, (lambda text: debug(f"{profile.name}: {text}")) if debug else None)
    for pattern, kind in provider.wrong_keys.items():
        if re.search(pattern, secret.reveal()):
            made = f", made at {provider.key_page}" if provider.key_page else ""
            wanted = f"{provider.name} wants its {provider.key}{made}"
            raise Misconfigured(f"the key from {profile.key} is {kind}: it was not sent", hint=wanted)
    return secret


def _api(profile: Profile, run: Run, secret: Secret, client: httpx.Client) -> Api:
    debug = run.debug
    return Api(
        provider=profile.provider,
        secret=secret,
        client=client,
        deadline=run.deadline,
        base_url=profile.base_url,
        options=profile.options,
        unit=profile.unit or profile.provider.unit or "",
        now=run.now,
        debug=(lambda text: debug(clean(f"{profile.name}: {text}", _LONGEST))) if debug else None,
    )


def reading(profile: Profile, api: Api) -> Reading:
    """Let the adapter read the answers; what is not as documented is ``Unexpected``."""
    balances: list[Balance] = []
    plan = None
    try:
        for item in profile.provider.read(api):
            if isinstance(item, Plan):
                plan = item.name or None
            else:
                balances.append(item)
            if len(balances) > MOST_BALANCES:
                raise Unexpected(f"the answer has more than {MOST_BALANCES} balances")
    except KeyError as error:
        raise Unexpected(f"the answer has no {listed(error.args)}") from None
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
        raise Unexpected(f"the answer is not as documented ({type(error).__name__})") from None
    if not balances:
        raise Unexpected("the answer has no balance in it")
    if profile.budget:
        balances[0] = _within(balances[0], profile.budget)
    return Reading(balances=tuple(balances), plan=plan)


def _within(headline: Balance, budget: Minimum) -> Balance:
    """Let a budget be the limit of the headline, where the provider sets no smaller one itself."""
    if headline.used is None:
        raise Misconfigured(
            f"a budget needs to know what was used, and {headline.name} does not say", hint="remove budget"
        )
    if (budget.unit or headline.unit).casefold() != headline.unit.casefold():
        raise Misconfigured(
            f"the budget is in {budget.unit}, {headline.name} in {headline.unit}", hint="correct budget"
        )
    left = EXACT.subtract(budget.amount, headline.used)
    return headline._replace(
        limit=budget.amount if headline.limit is None else min(headline.limit, budget.amount),
        remaining=left if headline.remaining is None else min(headline.remaining, left),
        unlimited=False,
    )


def judged(profile: Profile, run: Run, read: Reading) -> Verdict:
    """Judge a reading by the run's minimums, or by the profile's own; by the run's warnings too."""
    status, rows, error = judge(
        read,
        run.minimums or profile.minimums,
        each=not run.minimums and profile.strict,
        warnings=run.warnings,
        hint=profile.provider.unread,
    )
    return _verdict(profile, status, error)._replace(balances=rows, plan=read.plan)


def failed(profile: Profile, trouble: Failure) -> Verdict:
    """Return the verdict over a profile without a reading."""
    if not trouble.hint:
        trouble.hint = _hint(profile, trouble)
    status = {Misconfigured.kind: Status.MISCONFIGURED, UsedUp.kind: Status.LOW}.get(trouble.kind, Status.UNKNOWN)
    return _verdict(profile, status, trouble)


def _verdict(profile: Profile, status: Status, error: Failure | None) -> Verdict:
    if error:  # an adapter's own words may have a provider's among them
        error.message, error.hint = clean(error.message, _LONGEST), clean(error.hint, _LONGEST)
    provider = profile.provider
    docs = None if "url" in profile.options else provider.docs  # of a custom profile: nobody's page is known
    links = Links(docs=docs, top_up=provider.top_up or None)
    return Verdict(profile=profile.name, provider=provider.id, status=status, error=error, links=links)


def _hint(profile: Profile, trouble: Failure) -> str:
    """Say what to do next about each kind of failure."""
    provider = profile.provider
    if trouble.wait:
        return f"{provider.name} asks to wait {trouble.wait:.0f} s"
    match trouble.kind:
        case "rejected":
            made = f", made at {provider.key_page}" if provider.key_page else ""
            return f"the key is from {profile.key}; {provider.name} wants its {provider.key}{made}"
        case "used_up":
            return f"top up at {provider.top_up}" if provider.top_up else "top up the account"
        case "throttled":
            return "wait, or check less often"
        case "unreachable":
            return f"{provider.name} is in trouble: run again later"
        case _ if url := profile.options.get("url"):
            return f"hold what {url.partition('?')[0]} answers against what profile {profile.name} says of it"
        case _:
            return f"{provider.name} documents its answer at {provider.docs}"
