"""Pages by topic: parse, ask, answer. The only layer that knows HTTP."""
