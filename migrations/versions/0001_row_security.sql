-- Who reads which rows. The application says for whom it reads at the beginning of each transaction
-- (lab/row_security.py); where nothing was said, nothing comes. Everything is written by the program.
-- The rules are those of lab/access.py, by rows: within a row (a summary without the name) the
-- application decides. A superuser is not held by them, so the application must not connect as one.

CREATE FUNCTION lab_is(what text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('lab.' || what, true), '')
$$;
CREATE FUNCTION lab_id(what text) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('lab.' || what, true), '')::integer
$$;
CREATE FUNCTION lab_ids(what text) RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting('lab.' || what, true), ''), '{}')::integer[]
$$;
CREATE FUNCTION lab_texts(what text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting('lab.' || what, true), ''), '{}')::text[]
$$;

-- The cases that somebody has to do with: their own, those they work on, were asked about, are invited to, and those
-- that were opened in an emergency. In a language that is not taken apart into the rules that ask it: spelled out in
-- each of them, the queue took twelve milliseconds to plan and three to read.
CREATE FUNCTION lab_cases() RETURNS integer[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN lab_ids('joint') || lab_ids('engaged') || lab_ids('told') || lab_ids('glass')
    || ARRAY(SELECT case_id FROM invitations WHERE email = lab_is('email'));
END $$;

-- Each (SELECT ...) below is worked out once a statement, not once a row.

-- A case: its people, who works on it, who was asked about it, whom it invited, and directors once it
-- was sent, unless they declared a tie.
CREATE POLICY reads ON cases FOR SELECT USING (
  id = ANY ((SELECT lab_cases())::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND state NOT IN ('draft', 'expired', 'deleted')
      AND NOT (folded_name LIKE ANY ((SELECT lab_texts('ties'))::text[])))
);

-- Who is in a case: themselves, its people, who works on it, its directors; a lead who was asked sees the names.
CREATE POLICY reads ON memberships FOR SELECT USING (
  person_id = (SELECT lab_id('person'))
  OR case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR case_id = ANY ((SELECT lab_ids('engaged'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);

-- An invitation: whom it is for, who sent it, and the side it belongs to.
CREATE POLICY reads ON invitations FOR SELECT USING (
  email = (SELECT lab_is('email'))
  OR invited_by_id = (SELECT lab_id('person'))
  OR (side = 'management' AND case_id = ANY ((SELECT lab_ids('management'))::integer[]))
  OR (side = 'union' AND case_id = ANY ((SELECT lab_ids('union'))::integer[]))
);

-- A case that two people of the program opened (`glass`) is read with all its sides, from one page, for a day.
-- What has an audience is read by that side; a joint text by both, and by who works on the case; all of it by the
-- director of the case, and by other directors what an employer's side or both sides share.
CREATE POLICY reads ON sections FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('glass'))::integer[]) OR
  (audience = 'management' AND case_id = ANY ((SELECT lab_ids('management'))::integer[]))
  OR (audience = 'union' AND case_id = ANY ((SELECT lab_ids('union'))::integer[]))
  OR (audience = 'joint' AND case_id = ANY ((SELECT lab_ids('joint'))::integer[]))
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id AND (cases.director_id = (SELECT lab_id('person'))
      OR audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
  OR (case_id = ANY ((SELECT lab_ids('engaged'))::integer[]) AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id
      AND (audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
  OR (shared_with_consultant AND case_id = ANY ((SELECT lab_ids('engaged'))::integer[]))
);
CREATE POLICY reads ON questions FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('glass'))::integer[]) OR
  (audience = 'management' AND case_id = ANY ((SELECT lab_ids('management'))::integer[]))
  OR (audience = 'union' AND case_id = ANY ((SELECT lab_ids('union'))::integer[]))
  OR (audience = 'joint' AND case_id = ANY ((SELECT lab_ids('joint'))::integer[]))
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id AND (cases.director_id = (SELECT lab_id('person'))
      OR audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
  OR (case_id = ANY ((SELECT lab_ids('engaged'))::integer[]) AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id
      AND (audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
);
CREATE POLICY reads ON tasks FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('glass'))::integer[]) OR
  (audience = 'management' AND case_id = ANY ((SELECT lab_ids('management'))::integer[]))
  OR (audience = 'union' AND case_id = ANY ((SELECT lab_ids('union'))::integer[]))
  OR (audience = 'joint' AND case_id = ANY ((SELECT lab_ids('joint'))::integer[]))
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id AND (cases.director_id = (SELECT lab_id('person'))
      OR audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
  OR (case_id = ANY ((SELECT lab_ids('engaged'))::integer[]) AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id
      AND (audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
);
CREATE POLICY reads ON events FOR SELECT USING (
  (audience = 'management' AND case_id = ANY ((SELECT lab_ids('management'))::integer[]))
  OR (audience = 'union' AND case_id = ANY ((SELECT lab_ids('union'))::integer[]))
  OR (audience = 'joint' AND case_id = ANY ((SELECT lab_ids('joint'))::integer[]))
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id AND (cases.director_id = (SELECT lab_id('person'))
      OR audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
  OR (case_id = ANY ((SELECT lab_ids('engaged'))::integer[]) AND EXISTS (
    SELECT 1 FROM cases WHERE cases.id = case_id
      AND (audience = 'joint' OR (audience = 'management' AND cases.kind = 'employer'))))
);

-- What hangs on one of these goes with it.
CREATE POLICY reads ON section_revisions FOR SELECT USING (
  EXISTS (SELECT 1 FROM sections WHERE sections.id = section_id AND sections.audience = section_revisions.audience)
);
CREATE POLICY reads ON task_reports FOR SELECT USING (
  EXISTS (SELECT 1 FROM tasks WHERE tasks.id = task_id AND tasks.audience = task_reports.audience)
);

-- An offer: its consultant, and directors who may know the case. The applicant learns of it once it is taken.
CREATE POLICY reads ON offers FOR SELECT USING (
  consultant_id = (SELECT lab_id('consultant'))
  OR (case_id = ANY ((SELECT lab_ids('joint'))::integer[])
      AND EXISTS (SELECT 1 FROM engagements WHERE engagements.offer_id = offers.id))
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);
CREATE POLICY reads ON engagements FOR SELECT USING (
  consultant_id = (SELECT lab_id('consultant'))
  OR case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);
-- What a side said about the work: that side, and directors.
CREATE POLICY reads ON outcomes FOR SELECT USING (
  EXISTS (SELECT 1 FROM engagements WHERE engagements.id = engagement_id AND (
    (side = 'management' AND engagements.case_id = ANY ((SELECT lab_ids('management'))::integer[]))
    OR (side = 'union' AND engagements.case_id = ANY ((SELECT lab_ids('union'))::integer[]))
    OR (side = 'consultant' AND engagements.consultant_id = (SELECT lab_id('consultant')))
    OR (SELECT lab_is('director')) = 'yes'))
);

-- A proposal and a decision: the case's people (the application shows them their part), and directors.
CREATE POLICY reads ON recommendations FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);
CREATE POLICY reads ON decisions FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);

-- What compares candidates or cases: directors, by case.
CREATE POLICY reads ON shortlists FOR SELECT USING (
  (SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id)
);
CREATE POLICY reads ON portfolio_cases FOR SELECT USING (
  (SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id)
);
CREATE POLICY reads ON policy_cases FOR SELECT USING (
  (SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id)
);
CREATE POLICY reads ON portfolio_runs FOR SELECT USING ((SELECT lab_is('director')) = 'yes');

-- A wish to join: the case's people, who leads the network, and directors.
CREATE POLICY reads ON network_memberships FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR network_id = ANY ((SELECT lab_ids('networks'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);
CREATE POLICY reads ON convening_interests FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);
-- A place in a pair: the one organization's own; the pair itself names nobody to them.
CREATE POLICY reads ON pair_seats FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);
CREATE POLICY reads ON peer_pairs FOR SELECT USING (
  EXISTS (SELECT 1 FROM pair_seats WHERE pair_seats.pair_id = peer_pairs.id)
);

-- Who opened the case: its people, and directors.
CREATE POLICY reads ON access_receipts FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);

-- A wish that something be deleted, with its receipt: who asked, the case's people by side, and its directors.
CREATE POLICY reads ON deletions FOR SELECT USING (
  asked_by_id = (SELECT lab_id('person'))
  OR (side = '' AND case_id = ANY ((SELECT lab_ids('joint'))::integer[]))
  OR (side = 'management' AND case_id = ANY ((SELECT lab_ids('management'))::integer[]))
  OR (side = 'union' AND case_id = ANY ((SELECT lab_ids('union'))::integer[]))
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);
CREATE POLICY reads ON legal_holds FOR SELECT USING (
  case_id = ANY ((SELECT lab_ids('joint'))::integer[])
  OR ((SELECT lab_is('director')) = 'yes' AND EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id))
);

-- What waits for a second person: administrators, and directors who may know the case it is about.
CREATE POLICY reads ON second_signatures FOR SELECT USING (
  (SELECT lab_is('administrator')) = 'yes'
  OR ((SELECT lab_is('director')) = 'yes'
      AND (case_id IS NULL OR EXISTS (SELECT 1 FROM cases WHERE cases.id = case_id)))
);

-- Mail with its secrets, keys of forms and what falls due are the program's alone.
DO $$
DECLARE held text;
BEGIN
  FOREACH held IN ARRAY ARRAY[
    'cases', 'memberships', 'invitations', 'sections', 'section_revisions', 'questions', 'tasks', 'task_reports',
    'events', 'offers', 'engagements', 'outcomes', 'recommendations', 'decisions', 'shortlists', 'portfolio_cases',
    'portfolio_runs', 'policy_cases', 'network_memberships', 'convening_interests', 'pair_seats', 'peer_pairs',
    'access_receipts', 'outbox', 'idempotency_keys', 'timers', 'deletions', 'legal_holds', 'second_signatures'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', held);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', held);
    EXECUTE format('CREATE POLICY program ON %I USING ((SELECT lab_is(''scope'')) = ''program'')', held);
  END LOOP;
END $$;
