"""Pages by topic: parse, ask, answer. The only layer that knows HTTP."""

from lab.routes import (
    again,
    answers_to_offers,
    availability,
    case_drafts,
    case_tasks,
    cases,
    conflict_checks,
    deletions,
    demo,
    engagements,
    fit,
    groups,
    health,
    holds,
    intake,
    intake_check,
    intake_questions,
    intake_topics,
    intake_versions,
    kept,
    learning,
    networks,
    offer_pages,
    offers,
    organization,
    outcomes,
    people,
    policies,
    portfolio,
    profile,
    public,
    review_follow_up,
    review_offers,
    reviews,
    roster,
    second,
    security,
    sign_in,
    signatures,
    style_guide,
    team,
    what_if,
)  # fmt: skip

# The topics of one blueprint may lie in several files; reading them puts their pages on it.
INTAKE = (intake, intake_topics, intake_check, intake_questions, intake_versions)
CASES = (cases, case_drafts, case_tasks, deletions)
OFFERS = (offers, conflict_checks, answers_to_offers, engagements)
PROFILE = (profile, availability)
REVIEWS = (reviews, review_follow_up, what_if, holds)
BLUEPRINTS = (
    public.public, sign_in.sign_in, second.second, again.again, organization.organization,
    security.security, kept.kept, health.health, fit.fit, intake.intake, team.team,
    cases.cases, networks.networks, groups.groups, people.people,
    offer_pages.offers, profile.profile,
    reviews.reviews, review_offers.review_offers, roster.roster, learning.learning, outcomes.outcomes,
    policies.policies, portfolio.portfolio, deletions.deletions, signatures.signatures,
)  # fmt: skip
DEMO_BLUEPRINTS = (demo.demo, style_guide.style_guide)
