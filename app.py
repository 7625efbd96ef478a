"""The application as gunicorn and flask find it."""

import gc

# Nothing that is made at the start is garbage; to look for it would be a fifth of the start.
gc.disable()

from lab.web import create_app  # noqa: E402

app = create_app()
gc.freeze()
gc.enable()
