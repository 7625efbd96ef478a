"""The shape of what people type, by topic; read by routes alone."""
