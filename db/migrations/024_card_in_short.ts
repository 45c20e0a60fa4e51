import type { Knex } from 'knex';

/**
 * What lists ask of every card stands in columns of its own: reading it out of the record or the context means taking both documents
 * apart, for each pupil on each page. And the documents themselves leave the row: a card changes its state some ten times, and each
 * time PostgreSQL writes the whole row anew.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE report_card SET (toast_tuple_target = 256);
ALTER TABLE report_card
  ADD result text GENERATED ALWAYS AS (record->'summary'->>'result') STORED,
  ADD promoted boolean GENERATED ALWAYS AS ((record->'summary'->>'promoted')::boolean) STORED,
  ADD teacher_number text GENERATED ALWAYS AS (context->'teacher'->>'personalNumber') STORED,
  ADD approver_title text GENERATED ALWAYS AS (context->'approver'->>'title') STORED;
COMMENT ON COLUMN report_card.result IS 'The year''s result that the record states';
COMMENT ON COLUMN report_card.teacher_number IS 'Whose name the written card has as the homeroom teacher''s, by personal number';
COMMENT ON COLUMN report_card.approver_title IS 'Under which title the written card names its approver';
ALTER TABLE signature_item ALTER block SET STORAGE EXTERNAL;
ALTER TABLE signature_item SET (toast_tuple_target = 256, fillfactor = 50);
COMMENT ON COLUMN signature_item.block IS 'Holds a certificate in base64, which compresses badly; kept beside the row, which is written again with each state';
`);

export const down = (knex: Knex) => knex.raw(`
ALTER TABLE signature_item RESET (toast_tuple_target, fillfactor);
ALTER TABLE signature_item ALTER block SET STORAGE EXTENDED;
COMMENT ON COLUMN signature_item.block IS NULL;
ALTER TABLE report_card DROP result, DROP promoted, DROP teacher_number, DROP approver_title;
ALTER TABLE report_card RESET (toast_tuple_target);
`);
