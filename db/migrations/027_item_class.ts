import type { Knex } from 'knex';

/**
 * A signature's item says its card's class, which never changes: whose task it was, which classes a request covers and how far each
 * has come are read from the items alone, without every card of them.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE signature_item ADD class_id uuid;
UPDATE signature_item i SET class_id = c.class_id FROM report_card c WHERE c.id = i.card_id;
ALTER TABLE signature_item ALTER class_id SET NOT NULL;
CREATE INDEX signature_item_class ON signature_item (class_id);
COMMENT ON COLUMN signature_item.class_id IS 'Of the card; the key on the card stands for one on the class';
`);

export const down = (knex: Knex) => knex.raw('ALTER TABLE signature_item DROP class_id');
