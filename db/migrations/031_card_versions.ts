import type { Knex } from 'knex';

/**
 * A card is written some nine times on its way, and each time PostgreSQL wrote an entry into all of its seven indexes: its state stood in
 * three of them, its bytes' digest in one, the batch that holds it in another. What changes with every step is in no index now, so that a
 * step's new version stays on the page of the old one (a heap-only tuple). Which batch holds a card was said twice, on the card and by the
 * batch's items; the items alone say it, which saves each signature a version of the card.
 */
const CARD = `
ALTER TABLE report_card ADD live boolean GENERATED ALWAYS AS (state NOT IN ('superseded', 'recalled')) STORED;
DROP INDEX report_card_live, report_card_class, report_card_school, report_card_sha256, report_card_batch;
CREATE UNIQUE INDEX report_card_live ON report_card (expected_pupil_id) WHERE live;
CREATE INDEX report_card_class ON report_card (class_id);
CREATE INDEX report_card_school ON report_card (campaign_id, school_code);
CREATE INDEX evidence_leaf_sha256 ON evidence_leaf (sha256) WHERE card_id IS NOT NULL;
ALTER TABLE report_card DROP batch_id, SET (fillfactor = 50);
COMMENT ON COLUMN report_card.live IS 'Neither superseded nor recalled: the one card of its pupil. Beside the state, so that an index may say so and no step writes into it';
COMMENT ON INDEX report_card_live IS 'One live card a pupil';
COMMENT ON INDEX report_card_class IS 'Without the state: what is in an index is written at every change';
COMMENT ON INDEX report_card_school IS 'Without the state: what is in an index is written at every change';
COMMENT ON INDEX evidence_leaf_sha256 IS 'The public page looks a file up by what its bytes are: those received stand here';`;

/** Of a card being sealed, the counters ask when the clerk asked for it. */
const SEALING = "CASE WHEN n.sealed_at IS DISTINCT FROM o.sealed_at THEN (SELECT i.batch_id FROM signature_item i WHERE i.card_id = n.id AND i.state = 'collected' LIMIT 1) END";
const COUNTERS: readonly (readonly [name: string, before: string, after: string])[] = [
  ['count_cards_moved', 'coalesce(n.batch_id, o.batch_id)', SEALING],
  ['count_cards_made', 'n.batch_id, 1 AS n', 'NULL::uuid AS batch_id, 1 AS n'],
];

const rewritten = (from: 1 | 2, to: 1 | 2): string => COUNTERS.map((one) => `
DO $$
DECLARE body text := pg_get_functiondef('${one[0]}'::regproc);
BEGIN
  IF position(${quoted(one[from])} IN body) = 0 THEN RAISE EXCEPTION '${one[0]} is not written as expected'; END IF;
  EXECUTE replace(body, ${quoted(one[from])}, ${quoted(one[to])});
END $$;`).join('');

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const up = (knex: Knex) => knex.raw(`${rewritten(1, 2)}${CARD}`);

export const down = (knex: Knex) => knex.raw(`
ALTER TABLE report_card ADD batch_id uuid, RESET (fillfactor);
UPDATE report_card c SET batch_id = i.batch_id FROM signature_item i WHERE i.card_id = c.id AND i.state IN ('new', 'prepared', 'collected');
COMMENT ON COLUMN report_card.batch_id IS 'The signature batch that holds the card now';
DROP INDEX evidence_leaf_sha256, report_card_school, report_card_class, report_card_live;
CREATE INDEX report_card_batch ON report_card (class_id) WHERE batch_id IS NOT NULL;
CREATE INDEX report_card_sha256 ON report_card (document_sha256) WHERE document_sha256 IS NOT NULL;
CREATE INDEX report_card_school ON report_card (campaign_id, school_code, state);
CREATE INDEX report_card_class ON report_card (class_id, state);
CREATE UNIQUE INDEX report_card_live ON report_card (expected_pupil_id) WHERE state NOT IN ('superseded', 'recalled');
ALTER TABLE report_card DROP live;
${rewritten(2, 1)}`);
