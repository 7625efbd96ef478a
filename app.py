"""The application as gunicorn and flask find it."""

from lab.web import create_app

app = create_app()
