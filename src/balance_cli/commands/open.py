"""`balance open`: open the page where more is bought, or print its address."""

from urllib.parse import urlsplit

from balance_cli.config import load as configs
from balance_cli.config.profile import Config, Profile
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.terminal import browser


def open_page(environment: Environment, name: str | None, option: str | None, *, print_only: bool) -> int:
    """Open the page of a profile, or print its address if asked to, in a pipe, and without a browser."""
    page = find_page(_select_profile(environment, configs.load(environment, option), name))
    if not print_only and is_terminal(environment.stdout) and browser.is_visible(environment):
        environment.talk(f"Opening {page} in the browser")
        if browser.launch(environment, page):
            return Exit.OK
    return environment.emit(f"{page}\n")


def find_page(profile: Profile) -> str:
    """Return the vendor's page to top up, or the site of a self-hosted gateway; raise Misconfigured without one."""
    provider = profile.provider
    if provider.top_up:
        return provider.top_up
    if provider.needs_base_url and profile.base_url:
        site = urlsplit(profile.base_url)
        return f"{site.scheme}://{site.netloc}"
    docs = f"{provider.name} is documented at {profile.docs}" if profile.docs else "look on the site of its vendor"
    raise Misconfigured(f"no page to top up {profile.name} is known", hint=provider.broken or provider.absent or docs)


def _select_profile(environment: Environment, config: Config, name: str | None) -> Profile:
    """Return the profile with this name, or without a name the only one."""
    if name is not None:
        return configs.select_profiles(environment, config, [name])[0]
    if len(config.profiles) != 1:
        raise Misconfigured("name the profile or provider to open", hint=configs.describe_names(config))
    return config.profiles[0]
