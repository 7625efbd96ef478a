"""The topics of an application: what each form asks, and what its answers amount to in the exchange format."""

from lab.first_use import read_at_first_use

read_at_first_use(__name__)
