"""Flask, and only here: a view reads the request, calls one service, and answers."""

from compounder.web.application import create_app

__all__ = ["create_app"]
