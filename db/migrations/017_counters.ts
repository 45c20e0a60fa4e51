import type { Knex } from 'knex';
import { CLASS_TURN } from './016_turns.js';

const SEALED = `'sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused'`;

/**
 * What a pupil counts for, by status (`p`), the live card's state (`c`) and the school (`s`): word for word what pupil_progress says of
 * one pupil (migration 011). A property test holds both to the same counts.
 */
const COUNTED_AS = `
  CASE WHEN p.status = 'excluded' THEN 'excluded' WHEN c.state IN ('received', 'packed', 'sending', 'unknown', 'submitted', 'accepted') THEN c.state
       WHEN p.status IN ('held', 'exempt') THEN p.status
       WHEN exemption_holds(s.exempt_reason, s.exempt_until) THEN 'exempt'
       WHEN c.state IS NULL THEN 'missing' ELSE c.state END AS position,
  p.status <> 'excluded' AS in_denominator,
  p.status <> 'excluded' AND c.state IN ('teacher_signed', 'principal_signed', ${SEALED}) AS reviewed,
  p.status <> 'excluded' AND c.state IN ('principal_signed', ${SEALED}) AS signed,
  p.status <> 'excluded' AND c.state IN (${SEALED}) AS sealed,
  p.status <> 'excluded' AND c.state IN ('received', 'packed', 'sending', 'unknown', 'submitted', 'accepted', 'refused') AS received,
  p.status <> 'excluded' AND c.state IN ('submitted', 'unknown', 'accepted', 'refused') AS submitted,
  p.status <> 'excluded' AND c.state = 'accepted' AS accepted,
  p.status <> 'excluded' AND c.state = 'refused' AS refused`;

const MEASURES = {
  expected: 'in_denominator', collected: 'in_denominator AND card_state IS NOT NULL', reviewed: 'reviewed', signed: 'signed', sealed: 'sealed', received: 'received', submitted: 'submitted',
  accepted: 'accepted', refused: 'refused', held: `position = 'held'`, exempt: `position = 'exempt'`, excluded: `position = 'excluded'`, missing: `position = 'missing'`,
};
const SUMS = Object.entries(MEASURES).map(([name, condition]) => `coalesce(sum(cards) FILTER (WHERE ${condition}), 0)::int AS ${name}`).join(', ');
const COUNTS = Object.entries(MEASURES).map(([name, condition]) => `count(*) FILTER (WHERE ${condition.replace('card_state', 'card_id')})::int AS ${name}`).join(', ');

/** The state a card counts with: one that is superseded or recalled counts as none. */
const live = (card: string): string => `CASE WHEN ${card}.state NOT IN ('superseded', 'recalled') THEN ${card}.state END`;
const sealedAt = (card: string): string => `CASE WHEN ${card}.state IN (${SEALED}) THEN coalesce(${card}.sealed_at, '-infinity') END`;
/** Builds `changes` from rows (expected_pupil_id, state, sealed_at, batch_id, n). */
const changesOf = (cards: string): string => `
  changes := ARRAY(
    SELECT ROW(p.campaign_id, p.school_code, p.class_id, p.status, p.reason, v.state, v.sealed_at, v.batch_id, sum(v.n))::counted_change
    FROM (${cards}) v JOIN expected_pupil p ON p.id = v.expected_pupil_id
    GROUP BY p.campaign_id, p.school_code, p.class_id, p.status, p.reason, v.state, v.sealed_at, v.batch_id HAVING sum(v.n) <> 0);
  PERFORM count_changes(changes);`;
const trigger = (name: string, body: string): string => `
CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE changes counted_change[]; schools text[];
BEGIN ${body}
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC;`;

/**
 * Counters instead of counting: cards per class, status, reason and state, kept by triggers in the transaction of each change, so that
 * no act can change a card or the expected list past them. One statement per batch, rows of the touched classes only, in one order.
 */
export const up = (knex: Knex) => knex.raw(`
CREATE TABLE class_count (
  class_id uuid NOT NULL REFERENCES class ON DELETE CASCADE, status text NOT NULL CHECK (status IN ('expected', 'held', 'exempt', 'excluded')), reason text NOT NULL,
  card_state text NOT NULL CHECK (card_state IN ('', 'drafted', 'teacher_signed', 'principal_signed', ${SEALED})), cards integer NOT NULL,
  PRIMARY KEY (class_id, status, reason, card_state), CHECK ((status = 'expected') = (reason = ''))) WITH (fillfactor = 70);
COMMENT ON TABLE class_count IS 'How many expected pupils of a class have this status, reason (empty: none) and a live card in this state (empty: no card); kept by triggers, compared by npm run doctor';

CREATE TABLE class_sealed (
  class_id uuid NOT NULL REFERENCES class ON DELETE CASCADE, sealed_at timestamptz NOT NULL, asked_at timestamptz, cards integer NOT NULL, PRIMARY KEY (class_id, sealed_at)) WITH (fillfactor = 70);
COMMENT ON TABLE class_sealed IS 'How many cards of the denominator were sealed at a moment, for on time and late; kept by triggers. -infinity: not known when';
COMMENT ON COLUMN class_sealed.asked_at IS 'When the clerk asked for that seal: before the deadline but sealed after it is the signing service''s delay';

CREATE TABLE school_flow (
  campaign_id uuid NOT NULL, school_code text NOT NULL, slot timestamptz NOT NULL,
  collected integer NOT NULL, reviewed integer NOT NULL, signed integer NOT NULL, sealed integer NOT NULL, received integer NOT NULL, accepted integer NOT NULL,
  PRIMARY KEY (campaign_id, school_code, slot), FOREIGN KEY (campaign_id, school_code) REFERENCES campaign_school ON DELETE CASCADE) WITH (fillfactor = 70);
COMMENT ON TABLE school_flow IS 'By how many cards each stage of a school grew (or shrank) in the ten minutes from slot on: the history behind burn-up and forecast; all slots together are the stage''s count';

CREATE TYPE counted_change AS (campaign_id uuid, school_code text, class_id uuid, status text, reason text, state text, sealed_at timestamptz, batch_id uuid, cards integer);

-- A card that moves while its pupil's status changes would be counted by the status and the state that both are about to leave.
CREATE FUNCTION count_lock(schools text[], alone boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY schools LOOP
    IF alone THEN PERFORM pg_advisory_xact_lock(hashtextextended('count/' || one, 0));
    ELSE PERFORM pg_advisory_xact_lock_shared(hashtextextended('count/' || one, 0)); END IF;
  END LOOP;
END $$;

CREATE FUNCTION count_changes(changes counted_change[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF cardinality(changes) = 0 THEN RETURN; END IF;
  INSERT INTO class_count AS k (class_id, status, reason, card_state, cards)
  SELECT class_id, status, coalesce(reason, ''), coalesce(state, ''), sum(cards) FROM unnest(changes) GROUP BY 1, 2, 3, 4 HAVING sum(cards) <> 0 ORDER BY 1, 2, 3, 4
  ON CONFLICT (class_id, status, reason, card_state) DO UPDATE SET cards = k.cards + EXCLUDED.cards;
  DELETE FROM class_count WHERE class_id IN (SELECT class_id FROM unnest(changes)) AND cards = 0;

  INSERT INTO class_sealed AS k (class_id, sealed_at, asked_at, cards)
  SELECT x.class_id, x.sealed_at, max(b.created_at), sum(x.cards) FROM unnest(changes) x LEFT JOIN signature_batch b ON b.id = x.batch_id AND b.role = 'seal'
  WHERE x.status <> 'excluded' AND x.sealed_at IS NOT NULL GROUP BY 1, 2 HAVING sum(x.cards) <> 0 ORDER BY 1, 2
  ON CONFLICT (class_id, sealed_at) DO UPDATE SET cards = k.cards + EXCLUDED.cards;
  DELETE FROM class_sealed WHERE class_id IN (SELECT class_id FROM unnest(changes)) AND cards = 0;

  INSERT INTO school_flow AS f (campaign_id, school_code, slot, collected, reviewed, signed, sealed, received, accepted)
  SELECT g.campaign_id, g.school_code, date_bin('10 minutes', now(), 'epoch'), g.collected, g.reviewed, g.signed, g.sealed, g.received, g.accepted
  FROM (
    SELECT campaign_id, school_code, sum(cards) AS collected, coalesce(sum(cards) FILTER (WHERE state <> 'drafted'), 0) AS reviewed,
      coalesce(sum(cards) FILTER (WHERE state IN ('principal_signed', ${SEALED})), 0) AS signed, coalesce(sum(cards) FILTER (WHERE state IN (${SEALED})), 0) AS sealed,
      coalesce(sum(cards) FILTER (WHERE state IN (${SEALED}) AND state <> 'sealed'), 0) AS received, coalesce(sum(cards) FILTER (WHERE state = 'accepted'), 0) AS accepted
    FROM unnest(changes) WHERE status <> 'excluded' AND state IS NOT NULL GROUP BY 1, 2) g
  WHERE (g.collected, g.reviewed, g.signed, g.sealed, g.received, g.accepted) <> (0, 0, 0, 0, 0, 0) ORDER BY 1, 2
  ON CONFLICT (campaign_id, school_code, slot) DO UPDATE SET collected = f.collected + EXCLUDED.collected, reviewed = f.reviewed + EXCLUDED.reviewed, signed = f.signed + EXCLUDED.signed,
    sealed = f.sealed + EXCLUDED.sealed, received = f.received + EXCLUDED.received, accepted = f.accepted + EXCLUDED.accepted;
END $$;
REVOKE EXECUTE ON FUNCTION count_lock, count_changes FROM PUBLIC;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE FUNCTION plain_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN regexp_replace(replace(normalize(lower(name), NFD), 'đ', 'd'), '[\\u0300-\\u036f]', '', 'g');
COMMENT ON FUNCTION plain_name IS 'A name in lower case without any diacritic: what a search compares';
CREATE INDEX expected_pupil_name ON expected_pupil USING gin (plain_name(full_name) gin_trgm_ops);
${trigger('count_cards_moved', `
  schools := ARRAY(SELECT DISTINCT n.school_code FROM gone o JOIN come n USING (id) WHERE o.state <> n.state OR o.sealed_at IS DISTINCT FROM n.sealed_at ORDER BY 1);
  IF cardinality(schools) = 0 THEN RETURN NULL; END IF;
  PERFORM count_lock(schools, false);
  ${changesOf(`
    SELECT o.expected_pupil_id, ${live('o')} AS state, ${sealedAt('o')} AS sealed_at, NULL::uuid AS batch_id, -1 AS n FROM gone o JOIN come n USING (id) WHERE o.state <> n.state OR o.sealed_at IS DISTINCT FROM n.sealed_at
    UNION ALL SELECT n.expected_pupil_id, ${live('n')}, ${sealedAt('n')}, coalesce(n.batch_id, o.batch_id), 1 FROM gone o JOIN come n USING (id) WHERE o.state <> n.state OR o.sealed_at IS DISTINCT FROM n.sealed_at`)}`)}
CREATE TRIGGER report_card_moved AFTER UPDATE ON report_card REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION count_cards_moved();
${trigger('count_cards_made', `
  schools := ARRAY(SELECT DISTINCT school_code FROM come ORDER BY 1);
  PERFORM count_lock(schools, false);
  ${changesOf(`
    SELECT n.expected_pupil_id, ${live('n')} AS state, ${sealedAt('n')} AS sealed_at, n.batch_id, 1 AS n FROM come n
    UNION ALL SELECT n.expected_pupil_id, NULL, NULL, NULL, -1 FROM come n`)}`)}
CREATE TRIGGER report_card_made AFTER INSERT ON report_card REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION count_cards_made();
${trigger('count_cards_gone', `
  schools := ARRAY(SELECT DISTINCT school_code FROM gone ORDER BY 1);
  PERFORM count_lock(schools, false);
  ${changesOf(`
    SELECT o.expected_pupil_id, ${live('o')} AS state, ${sealedAt('o')} AS sealed_at, NULL::uuid AS batch_id, -1 AS n FROM gone o
    UNION ALL SELECT o.expected_pupil_id, NULL, NULL, NULL, 1 FROM gone o`)}`)}
CREATE TRIGGER report_card_gone AFTER DELETE ON report_card REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_cards_gone();
${trigger('count_pupils_changed', `
  schools := ARRAY(SELECT DISTINCT unnest(ARRAY[o.school_code, n.school_code]) FROM gone o JOIN come n USING (id)
    WHERE (o.status, o.class_id, o.school_code) <> (n.status, n.class_id, n.school_code) OR o.reason IS DISTINCT FROM n.reason ORDER BY 1);
  IF cardinality(schools) = 0 THEN RETURN NULL; END IF;
  PERFORM count_lock(schools, true);
  changes := ARRAY(
    SELECT ROW(v.campaign_id, v.school_code, v.class_id, v.status, v.reason, c.state, ${sealedAt('c')}, NULL, sum(v.n))::counted_change
    FROM (SELECT o.*, -1 AS n FROM gone o UNION ALL SELECT n.*, 1 FROM come n) v
    LEFT JOIN report_card c ON c.expected_pupil_id = v.id AND c.state NOT IN ('superseded', 'recalled')
    GROUP BY v.campaign_id, v.school_code, v.class_id, v.status, v.reason, c.state, ${sealedAt('c')} HAVING sum(v.n) <> 0);
  PERFORM count_changes(changes);`)}
CREATE TRIGGER expected_pupil_changed AFTER UPDATE ON expected_pupil REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION count_pupils_changed();
${[['made', 'INSERT', 'NEW', 'come', ''], ['gone', 'DELETE', 'OLD', 'gone', '-']].map(([name, verb, age, table, sign]) => `${trigger(`count_pupils_${name!}`, `
  changes := ARRAY(SELECT ROW(v.campaign_id, v.school_code, v.class_id, v.status, v.reason, NULL, NULL, NULL, ${sign!}count(*))::counted_change
    FROM ${table!} v GROUP BY v.campaign_id, v.school_code, v.class_id, v.status, v.reason);
  PERFORM count_changes(changes);`)}
CREATE TRIGGER expected_pupil_${name!} AFTER ${verb!} ON expected_pupil REFERENCING ${age!} TABLE AS ${table!} FOR EACH STATEMENT EXECUTE FUNCTION count_pupils_${name!}();`).join('')}

CREATE VIEW class_count_truth AS
SELECT p.class_id, p.status, coalesce(p.reason, '') AS reason, coalesce(c.state, '') AS card_state, count(*)::int AS cards
FROM expected_pupil p LEFT JOIN report_card c ON c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled') GROUP BY 1, 2, 3, 4;
CREATE VIEW class_sealed_truth AS
SELECT p.class_id, coalesce(c.sealed_at, '-infinity') AS sealed_at, max(b.created_at) AS asked_at, count(DISTINCT c.id)::int AS cards
FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id
LEFT JOIN signature_item i ON i.card_id = c.id AND i.state = 'attached' LEFT JOIN signature_batch b ON b.id = i.batch_id AND b.role = 'seal'
WHERE p.status <> 'excluded' AND c.state IN (${SEALED}) GROUP BY 1, 2;
COMMENT ON VIEW class_count_truth IS 'What class_count must say, counted; for npm run doctor and for the repair, never for a page';
COMMENT ON VIEW class_sealed_truth IS 'What class_sealed must say, counted';
INSERT INTO class_count (class_id, status, reason, card_state, cards) SELECT class_id, status, reason, card_state, cards FROM class_count_truth;
INSERT INTO class_sealed (class_id, sealed_at, asked_at, cards) SELECT class_id, sealed_at, asked_at, cards FROM class_sealed_truth;
INSERT INTO school_flow (campaign_id, school_code, slot, collected, reviewed, signed, sealed, received, accepted)
SELECT p.campaign_id, p.school_code, date_bin('10 minutes', m.at, 'epoch'), count(*) FILTER (WHERE m.stage = 1), count(*) FILTER (WHERE m.stage = 2 AND p.reviewed),
  count(*) FILTER (WHERE m.stage = 3 AND p.signed), count(*) FILTER (WHERE m.stage = 4 AND p.sealed), count(*) FILTER (WHERE m.stage = 5 AND p.received), count(*) FILTER (WHERE m.stage = 6 AND p.accepted)
FROM pupil_progress p JOIN report_card c ON c.id = p.card_id JOIN class k ON k.id = p.class_id
CROSS JOIN LATERAL (VALUES (1, coalesce(k.collected_at, c.state_at)), (2, coalesce(c.teacher_signed_at, c.state_at)), (3, coalesce(c.principal_signed_at, c.state_at)), (4, coalesce(c.sealed_at, c.state_at)),
  (5, coalesce(c.received_at, c.state_at)), (6, coalesce(c.accepted_at, c.state_at))) AS m(stage, at)
WHERE p.in_denominator GROUP BY 1, 2, 3;

DROP VIEW class_turn;
CREATE VIEW class_turn AS
SELECT k.campaign_id, k.school_code, k.id AS class_id, k.collect_state = 'returned' AS returned, c.state = 'running' AS running,
  s.collect, t.review, t.approve, t.seal, t.correct, s.collect_due, t.review_due, t.approve_due, t.seal_due
FROM class k JOIN campaign c ON c.id = k.campaign_id
LEFT JOIN (
  SELECT class_id, ${['review', 'approve', 'seal', 'correct'].map((kind) => `bool_or(assignee_id IS NOT NULL) FILTER (WHERE kind = '${kind}') AS ${kind}, min(due_at) FILTER (WHERE kind = '${kind}') AS ${kind}_due`).join(', ')}
  FROM task WHERE state = 'open' AND class_id IS NOT NULL GROUP BY class_id) t ON t.class_id = k.id
LEFT JOIN (
  SELECT campaign_id, school_code, bool_or(assignee_id IS NOT NULL) AS collect, min(due_at) AS collect_due FROM task WHERE state = 'open' AND class_id IS NULL GROUP BY campaign_id, school_code) s
  ON s.campaign_id = k.campaign_id AND s.school_code = k.school_code;
COMMENT ON VIEW class_turn IS 'Which kinds of task are open for a class: true with somebody who can do it, false without, null when there is none; with deadlines';
CREATE INDEX task_open_campaign ON task (campaign_id) WHERE state = 'open';

-- A class is approved as a whole: what is reviewed waits for whoever has the rest of the class.
CREATE FUNCTION turn_step(stands text, w class_turn) RETURNS text LANGUAGE sql STABLE RETURN CASE stands
  WHEN 'missing' THEN 'collect' WHEN 'drafted' THEN CASE WHEN (w).returned THEN 'collect' ELSE 'review' END
  WHEN 'teacher_signed' THEN CASE WHEN (w).approve IS NOT NULL THEN 'approve' WHEN (w).review IS NOT NULL THEN 'review' WHEN (w).returned AND (w).collect IS NOT NULL THEN 'collect' ELSE 'approve' END
  WHEN 'principal_signed' THEN 'seal' WHEN 'sealed' THEN 'receive' WHEN 'received' THEN 'pack' WHEN 'packed' THEN 'send' WHEN 'sending' THEN 'send'
  WHEN 'unknown' THEN 'verdict' WHEN 'submitted' THEN 'verdict' WHEN 'refused' THEN 'correct' END;
CREATE FUNCTION turn_owned(step text, w class_turn) RETURNS boolean LANGUAGE sql STABLE RETURN step IS NOT NULL AND (w).running AND coalesce(
  CASE step WHEN 'collect' THEN (w).collect WHEN 'review' THEN (w).review WHEN 'approve' THEN (w).approve WHEN 'seal' THEN (w).seal WHEN 'correct' THEN (w).correct ELSE true END, false);
CREATE FUNCTION turn_due(step text, w class_turn) RETURNS timestamptz LANGUAGE sql STABLE RETURN
  CASE step WHEN 'collect' THEN (w).collect_due WHEN 'review' THEN (w).review_due WHEN 'approve' THEN (w).approve_due WHEN 'seal' THEN (w).seal_due END;
COMMENT ON FUNCTION turn_step IS 'At which step a card at this position of pupil_progress waits in its class; null: it does not wait';
COMMENT ON FUNCTION turn_owned IS 'Whether somebody has the turn: a person, the hub or the Kho';
COMMENT ON FUNCTION turn_due IS 'Until when; the hub''s and the Kho''s steps and corrections have no deadline, so that an outage never makes a school overdue';

CREATE VIEW progress_count AS
SELECT k.campaign_id, k.school_code, p.class_id, p.status, nullif(p.reason, '') AS reason, c.state AS card_state, p.cards, ${COUNTED_AS}
FROM class_count p JOIN class k ON k.id = p.class_id JOIN campaign_school s ON s.campaign_id = k.campaign_id AND s.school_code = k.school_code
CROSS JOIN LATERAL (SELECT nullif(p.card_state, '') AS state) c;
COMMENT ON VIEW progress_count IS 'pupil_progress by class, counted: what every page and report sums';

CREATE OR REPLACE VIEW class_progress AS
SELECT campaign_id, school_code, class_id, ${SUMS} FROM progress_count GROUP BY campaign_id, school_code, class_id;

REVOKE ALL ON class_count, class_sealed, school_flow FROM hub_api, hub_worker;
GRANT SELECT ON class_turn, class_count, class_sealed, school_flow, progress_count, class_count_truth, class_sealed_truth TO hub_api, hub_worker;
`);

export const down = (knex: Knex) => knex.raw(`
CREATE OR REPLACE VIEW class_progress AS SELECT campaign_id, school_code, class_id, ${COUNTS} FROM pupil_progress GROUP BY campaign_id, school_code, class_id;
DROP VIEW progress_count;
DROP FUNCTION turn_step, turn_owned, turn_due;
DROP INDEX task_open_campaign;
DROP VIEW class_turn;
${CLASS_TURN}
DROP FUNCTION count_cards_moved, count_cards_made, count_cards_gone, count_pupils_changed, count_pupils_made, count_pupils_gone CASCADE;
DROP FUNCTION count_changes, count_lock;
DROP INDEX expected_pupil_name;
DROP FUNCTION plain_name;
DROP EXTENSION pg_trgm;
DROP TYPE counted_change;
DROP VIEW class_count_truth, class_sealed_truth;
DROP TABLE school_flow, class_sealed, class_count;
`);
