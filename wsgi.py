"""What a WSGI server serves: `gunicorn wsgi:app`."""

from compounder.web import create_app

app = create_app()
