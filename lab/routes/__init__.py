"""Pages by topic: parse, ask, answer. The only layer that knows HTTP."""

from lab.routes import demo, health, public, sign_in, style_guide

BLUEPRINTS = (public.public, sign_in.sign_in, health.health)
DEMO_BLUEPRINTS = (demo.demo, style_guide.style_guide)
