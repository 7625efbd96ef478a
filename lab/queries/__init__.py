"""What pages show and what matching is fed: reads only, always for a viewer."""

from lab.first_use import read_at_first_use

read_at_first_use(__name__)
