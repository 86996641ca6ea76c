"""How often one person, or one program, may ask: far oftener than hands and scanners can, and not without end.

Whoever finds an open session should not be able to carry the pharmacy away page by page, or to keep everybody else
waiting. Each process of the server counts for itself, by the minute. Source: OWASP ASVS 5.0, 2.4.1.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from flask import Flask, g, request
from werkzeug.exceptions import TooManyRequests

from compounder import clock
from compounder.web.asking import BY_ITSELF

_SECONDS: Final = 60


class Pace:
    """What each asked for since the minute began; `most` is how often each may ask in one, 0 for any number."""

    def __init__(self, most: int) -> None:
        self.most, self.minute, self.asked = most, 0, Counter[str]()

    def seconds_to_wait(self, who: str, at: datetime) -> int:
        """How long until they may ask again; 0 where they may ask now."""
        minute, second = divmod(int(at.timestamp()), _SECONDS)
        if minute != self.minute:
            self.minute = minute
            self.asked.clear()
        self.asked[who] += 1
        return _SECONDS - second if 0 < self.most < self.asked[who] else 0


def keep(app: Flask, most: int) -> None:
    """Count every request that is allowed, but for what a page asks by itself."""
    pace = Pace(most)

    def require_pace() -> None:
        if request.endpoint not in BY_ITSELF and (who := _who_asks()):
            seconds = pace.seconds_to_wait(who, clock.now())
            if seconds:
                raise TooManyRequests(retry_after=seconds)

    app.before_request(require_pace)


def _who_asks() -> str:
    """The person of the session, or the token; nothing before anybody signs in, which is slowed elsewhere."""
    if "session" in g:
        return f"person {g.session.person.sign_in_name}"
    return f"program {g.token.token_id if g.token else 'of the example'}" if "token" in g else ""
