"""Make the verdict on a profile from a reading or from a failure. No network, no printing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from balance_cli.check.judge import judge
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Failure, Misconfigured, Unreachable, UsedUp
from balance_cli.minimum import Minimum
from balance_cli.model import Reading
from balance_cli.provider import Provider
from balance_cli.text import clean
from balance_cli.verdict import Status, Verdict

LONGEST: Final = 400
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


def make_late_verdict(profile: Profile, deadline: Deadline) -> Verdict:
    """Return the verdict for a profile that did not respond in time."""
    late = Unreachable(f"no response within {deadline.seconds:g} s", hint="try again, or raise --timeout")
    return make_failed_verdict(profile, late)


def _make_verdict(profile: Profile, status: Status, error: Failure | None) -> Verdict:
    if error:  # an adapter's message may contain a provider's text
        error.message, error.hint = clean(error.message, LONGEST), clean(error.hint, LONGEST)
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
            return f"the key is from {profile.key}; {describe_key(provider)}{clock}"
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


def describe_key(provider: Provider) -> str:
    """Return which kind of key a provider needs, and where it is created."""
    article = "an" if provider.key[0].casefold() in "aeiou" else "a"
    created = f", created at {provider.key_page}" if provider.key_page else ""
    return f"{provider.name} needs {article} {provider.key}{created}"
