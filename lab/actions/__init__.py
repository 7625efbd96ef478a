"""What people do, by topic. The only modules that commit; each deed is one transaction."""

from lab.first_use import read_at_first_use

read_at_first_use(__name__)
