"""Learning Lab: organizations apply, directors decide with reasons, consultants accept.

Start reading in `lab/vocabulary/` (our words), then `lab/lifecycle.py` (what may happen),
`lab/matching/criteria.py` (what a good match is) and `lab/actions/offers.py` (deeds, whole).
"""
