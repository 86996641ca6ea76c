"""Beyond-use date: the earliest of the policy and the expiry of every component; on a tie, the policy.

Counting: the day of compounding is Day 1 (USP <795>) or Day 0, as the site sets it. BUD = compounding day + policy −
day_of_compounding. It is usable through the day itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compounder.domain.bounds import require_count
from compounder.domain.calendar import days_in_month

_YEAR_BEFORE_A_LEAP_YEAR = 2023
STUDY_DAYS = 360
"""Last day with data for naltrexone in cellulose: Cote, Ross, Fortner, Rao, IJPC 2018; 22(3): 252–256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondUsePolicy(ABC):
    """How long a preparation may be used. `day_of_compounding` is the number that day has in the count, 1 or 0."""

    day_of_compounding: int = 1
    study_days: int = STUDY_DAYS

    def __post_init__(self) -> None:
        require_count(self.day_of_compounding, 0, 1, "day_of_compounding")
        require_count(self.study_days, 1, 3_650, "study_days")

    @property
    @abstractmethod
    def length(self) -> str:
        """`365 days` or `6 months`."""

    @property
    @abstractmethod
    def most_days(self) -> int:
        """The policy in days, counted in its own way, at its longest."""

    @abstractmethod
    def last_day(self, compounded_on: date) -> date:
        """The last day the policy allows."""

    def day_number(self, compounded_on: date, day: date) -> int:
        """Which day of the count `day` is."""
        return (day - compounded_on).days + self.day_of_compounding


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondUseDays(BeyondUsePolicy):
    """A policy in days."""

    days: int

    def __post_init__(self) -> None:
        BeyondUsePolicy.__post_init__(self)
        require_count(self.days, 1, 3_650, "days")

    @property
    def length(self) -> str:
        return f"{self.days:,} days" if self.days > 1 else "1 day"

    @property
    def most_days(self) -> int:
        return self.days

    def last_day(self, compounded_on: date) -> date:
        return compounded_on + timedelta(days=self.days - self.day_of_compounding)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondUseMonths(BeyondUsePolicy):
    """A policy in calendar months: the same day of a later month, or that month's last day."""

    months: int

    def __post_init__(self) -> None:
        BeyondUsePolicy.__post_init__(self)
        require_count(self.months, 1, 120, "months")

    @property
    def length(self) -> str:
        return f"{self.months} months" if self.months > 1 else "1 month"

    @property
    def most_days(self) -> int:
        starts = [date(_YEAR_BEFORE_A_LEAP_YEAR, month, 1) for month in range(1, 13)]
        return max(self.day_number(start, self.last_day(start)) for start in starts)

    def last_day(self, compounded_on: date) -> date:
        years, month = divmod(compounded_on.month - 1 + self.months, 12)
        year = compounded_on.year + years
        day = min(compounded_on.day, days_in_month(year, month + 1))
        return date(year, month + 1, day) - timedelta(days=self.day_of_compounding)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLimit:
    """A day that nothing may be used beyond, and what sets it."""

    on: date
    because: str
    is_policy: bool = False


def date_limits(
    compounded_on: date, policy: BeyondUsePolicy, expiries: Sequence[tuple[str, date]]
) -> tuple[DateLimit, ...]:
    """The policy's limit first, then each component's expiry."""
    counting = f"policy: {policy.length}, the day of compounding is day {policy.day_of_compounding}"
    by_policy = DateLimit(on=policy.last_day(compounded_on), because=counting, is_policy=True)
    by_expiry = (DateLimit(on=expires_on, because=f"expiry of {name}") for name, expires_on in expiries)
    return (by_policy, *by_expiry)


def beyond_use_limit(limits: Sequence[DateLimit]) -> DateLimit:
    """The earliest limit; the first named on a tie, which is the policy."""
    return min(limits, key=lambda limit: limit.on)
