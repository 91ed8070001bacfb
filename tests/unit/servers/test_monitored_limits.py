"""The monitored server's limits and buckets, with times that are given."""

from __future__ import annotations

import math

import pytest

from labkit.servers.monitored import Bucket, Buckets, Limits


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"connections": 0}, "connections is a whole number above 0 (got 0)"),
        ({"connections": 2.5}, "connections is a whole number above 0 (got 2.5)"),
        ({"burst": True}, "burst is a whole number above 0 (got True)"),
        ({"idle": "60"}, "idle is a number above 0 (got '60')"),
        ({"rate": math.inf}, "rate is a number above 0 (got inf)"),
        ({"grace": math.nan}, "grace is a number above 0 (got nan)"),
    ],
)
def test_what_is_no_limit_is_refused(given, said):
    with pytest.raises(ValueError) as error:
        Limits(**given)
    assert str(error.value) == said


def test_a_bucket_is_full_at_first_and_says_when_there_is_a_token():
    bucket = Bucket(rate=2, burst=3, now=10)
    assert [bucket.take(10) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert bucket.take(10.25) == 0.25
    assert [bucket.take(10.5), bucket.take(10.5)] == [0, 0.5]


def test_who_goes_on_asking_gets_the_rate_and_not_less():
    bucket = Bucket(rate=2, burst=4, now=0)
    assert sum(bucket.take(quarter / 4) == 0 for quarter in range(40)) == 4 + 2 * 9.75 // 1


def test_a_bucket_holds_no_more_than_it_holds():
    bucket = Bucket(rate=2, burst=3, now=0)
    bucket.take(0)
    assert not bucket.is_full(0) and bucket.is_full(0.5) and bucket.is_full(10_000)
    assert [bucket.take(10_000) for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_clock_that_steps_back_takes_nothing():
    bucket = Bucket(rate=1, burst=1, now=100)
    assert bucket.take(100) == 0
    assert bucket.take(50) == 1 and bucket.take(101) == 0


def test_each_client_has_its_own():
    buckets = Buckets(rate=1, burst=1)
    assert [buckets.take(who, 0) for who in ("ada", "ada", "bob")] == [0, 1, 0]


def test_those_who_have_gone_are_forgotten():
    buckets = Buckets(rate=1, burst=2)
    for number in range(10_000):
        assert buckets.take(f"client {number}", now=number) == 0
    assert len(buckets) <= 101


def test_nobody_is_forgotten_who_has_spent_something():
    buckets = Buckets(rate=0.001, burst=1)
    for number in range(500):
        assert buckets.take(f"client {number}", now=0) == 0
    assert all(buckets.take(f"client {number}", now=0) > 0 for number in range(500))
