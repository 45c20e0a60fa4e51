import { randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { releaseBatches } from '../../db/acts/signing.js';
import { AT_WORK } from '../../db/cards/items.js';
import { rows } from '../../db/connect.js';
import { advanceSchool } from '../../db/school/advance.js';
import { routeClass, schoolAuthority } from '../../db/school/routing.js';
import type { Instant } from '../../domain/brand.js';
import type { SignatureRole } from '../../domain/card.js';
import type { BatchState } from '../../domain/signingProgress.js';
import { schoolWorkflowId } from '../../domain/workflowIds.js';
import type { Seeded } from './seedProvince.js';

const HOUR = 3_600_000;
const context = () => ({ now: new Date().toISOString() as Instant, sealToken: (token: string) => Buffer.from(token), mailDomain: 'hub.invalid' });

/** Every person with a signing account and every school's seal gets a certificate that holds for a year. */
export async function giveCertificates(db: Knex): Promise<void> {
  const insert = async (kind: 'person' | 'organisation', uid: string): Promise<string> => {
    const id = randomUUID();
    await db('certificate').insert({
      id, kind, der: randomBytes(16), fingerprint: randomBytes(32).toString('hex'), uid, serial: randomBytes(8).toString('hex'),
      valid_from: new Date(Date.now() - 24 * HOUR), valid_to: new Date(Date.now() + 365 * 24 * HOUR),
    });
    return id;
  };
  for (const { id, personal_number } of await db('person').whereNotNull('signing_account').select<{ id: string; personal_number: string }[]>('id', 'personal_number')) {
    await db('person').where({ id }).update({ certificate_id: await insert('person', `CCCD:${personal_number}`) });
  }
  for (const { code, tax_code } of await db('school').whereNotNull('seal_account').select<{ code: string; tax_code: string }[]>('code', 'tax_code')) {
    await db('school').where({ code }).update({ seal_certificate_id: await insert('organisation', `MST:${tax_code}`) });
  }
}

/** Names in every signed card the person who approves its class now, as the teacher's signature does; else the hub would send it back. */
export async function nameApprovers(db: Knex, { province, campaignId }: Seeded): Promise<void> {
  for (const school of province.schools) {
    const authority = await schoolAuthority(db, school.code);
    const classes = await rows<{ id: string; className: string; homeroomPersonId: string | null; homeroomNumber: string | null; signedBy: string[] }>(db, `
      SELECT k.id, k.name AS "className", k.homeroom_person_id AS "homeroomPersonId", h.personal_number AS "homeroomNumber", '{}'::text[] AS "signedBy"
      FROM class k LEFT JOIN person h ON h.id = k.homeroom_person_id WHERE k.campaign_id = :campaignId AND k.school_code = :code`, { campaignId, code: school.code });
    for (const one of classes) {
      const route = routeClass(authority, one, context().now);
      if (route.kind === 'routed') await db('report_card').where({ class_id: one.id }).whereNot({ state: 'drafted' }).update({ approver_person_id: route.authority.personId });
    }
  }
}

/** SQL that puts cards into the hands of a batch that exists nowhere else. @param cards SQL condition on report_card */
export const takenByBatch = (cards: string): string => `
  SET LOCAL session_replication_role = replica;
  INSERT INTO signature_item (batch_id, card_id, class_id, state) SELECT gen_random_uuid(), id, class_id, 'new' FROM report_card WHERE ${cards};
  SET LOCAL session_replication_role = origin`;
/** Cards that a batch is at work on. */
export const cardsInBatches = (db: Knex): Promise<{ card_id: string }[]> => rows(db, `SELECT i.card_id FROM signature_item i WHERE ${AT_WORK}`);

/** Opens the tasks that follow from where the cards stand, as the school's workflow does on a wake. */
export async function openTasks(db: Knex, { province, campaignId }: Seeded): Promise<void> {
  const campaign = (await rows<{ school_year: string; level: string; cycle: string }>(db, 'SELECT school_year, level, cycle FROM campaign WHERE id = :campaignId', { campaignId }))[0]!;
  for (const school of province.schools) {
    await advanceSchool(db, schoolWorkflowId({ provinceCode: province.code, schoolYear: campaign.school_year, level: campaign.level, cycle: campaign.cycle }, school.code), context());
  }
}

/** Moves a school's newest batch of `role` on, as the signing activities do; attached items' cards are left to the caller. */
export async function moveBatch(db: Knex, input: { schoolCode: string; role: SignatureRole; state: BatchState; items: 'new' | 'prepared' | 'collected' | 'attached' }): Promise<string> {
  const batch = (await rows<{ id: string }>(db, 'SELECT id FROM signature_batch WHERE school_code = :schoolCode AND role = :role ORDER BY created_at DESC LIMIT 1', input))[0];
  if (batch === undefined) throw new Error('there is no such batch to move');
  await db.raw(`UPDATE signature_batch SET state = :state, attached_at = CASE WHEN :state = 'attached' THEN now() END WHERE id = :id`, { state: input.state, id: batch.id });
  await db.raw('UPDATE signature_item SET state = :items WHERE batch_id = :id', { items: input.items, id: batch.id });
  if (['declined', 'expired', 'failed'].includes(input.state)) await releaseBatches(db, [batch.id]);
  return batch.id;
}
