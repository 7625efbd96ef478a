"""The shape of what people type, by topic; read by routes alone."""

from lab.first_use import read_at_first_use

read_at_first_use(__name__)
