"""Retries: when, how often, after which pause, and never past the deadline."""

import random
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from balance_cli.deadline import Deadline
from balance_cli.errors import Failure, Rejected, Throttled, UsedUp
from balance_cli.http.api import Api
from balance_cli.keys.secret import Secret
from balance_cli.providers import find
from conftest import KEY
from surroundings import HERE


class Vendor:
    """A provider in this process: a status and headers for each request in turn, and the time of each request."""

    def __init__(self, *answers: tuple[int, dict[str, str]]) -> None:
        self.answers, self.asked = list(answers), list[float]()

    def __call__(self, _: httpx.Request) -> httpx.Response:
        """Respond to a request."""
        self.asked.append(time.monotonic())
        status, headers = self.answers.pop(0)
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b'{"message": "so be it"}'))

    def ask(self, seconds: float = 60, **how: Any) -> Any:
        """Send it a request as an adapter does."""
        with httpx.Client(transport=httpx.MockTransport(self)) as client:
            api = Api(
                provider=find("apertis"),
                secret=Secret(KEY),
                client=client,
                environment=HERE,
                now=HERE.now(),
                deadline=Deadline(seconds),
            )
            return api.get("/x", **how)

    @property
    def pauses(self) -> list[float]:
        """The seconds between consecutive requests."""
        return [later - sooner for sooner, later in pairwise(self.asked)]


@pytest.fixture
def luck() -> Iterator[None]:
    """Seed the random generator: it draws 0.995 of the longest pause, then 0.979."""
    state = random.getstate()
    random.seed(1426)
    yield
    random.setstate(state)


@pytest.mark.usefixtures("luck")
def test_pauses_are_at_most_half_a_second_and_one_second() -> None:
    vendor = Vendor((503, {}), (200, {}))
    vendor.ask(2)  # a pause beyond the deadline is not started
    vendor = Vendor((503, {"retry-after": "0"}), (503, {"retry-after": "0"}), (200, {}))
    random.seed(3)  # draws 0.238 of the longest pause, then 0.544
    vendor.ask(1.3)
    assert len(vendor.asked) == 3


@pytest.mark.usefixtures("luck")
def test_each_pause_is_longer_than_the_previous_one() -> None:
    vendor = Vendor((503, {}), (503, {}), (200, {}))
    vendor.ask()
    first, second = vendor.pauses
    assert first >= 0.49
    assert second >= 0.97


def test_requests_are_attempted_three_times() -> None:
    vendor = Vendor(*[(503, {})] * 4)
    with pytest.raises(Failure) as caught:
        vendor.ask()
    assert caught.value.http_status == 503
    assert len(vendor.asked) == 3


def test_retry_after_is_respected() -> None:
    vendor = Vendor((429, {"retry-after": "2"}), (200, {}))
    vendor.ask()
    assert vendor.pauses[0] >= 2


@pytest.mark.parametrize("wait", ["9", "3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_retry_after_beyond_the_deadline_is_not_waited_for(wait: str) -> None:
    vendor = Vendor((429, {"retry-after": wait}))
    began = time.monotonic()
    with pytest.raises(Throttled) as caught:
        vendor.ask(8)
    assert time.monotonic() - began < 8
    assert caught.value.wait is not None
    assert caught.value.wait >= 9
    assert len(vendor.asked) == 1


def test_optional_requests_tolerate_missing_permissions_but_not_used_up() -> None:
    for status in (401, 403, 404):
        assert Vendor((status, {})).ask(optional=True) is None
    for how in ({"optional": True}, {"missing_ok": True}, {}):
        with pytest.raises(UsedUp):
            Vendor((402, {})).ask(**how)
    assert Vendor((404, {})).ask(missing_ok=True) is None
    with pytest.raises(Rejected):
        Vendor((403, {})).ask(missing_ok=True)
