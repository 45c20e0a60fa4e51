import type { NoticeFacts } from '../../domain/mail.js';
import type { Role } from '../../domain/roles.js';
import { row, rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueMails, type MailToQueue } from '../mail/queue.js';

export type Recipient = { personId: string; fullName: string; email: string };
export type NoticePlace = { campaignId: string; schoolCode: string };

type NoticeToQueue = {
  /** What happened, as a key: the same cause is told the same person once for ever. */
  cause: string;
  place: NoticePlace; to: readonly Recipient[];
  facts: NoticeFacts | ((recipient: Recipient) => NoticeFacts);
  classNames?: readonly string[]; cards?: number;
  /** Where the mail leads, unless it carries a personal link. */
  linkPath: string; link?: MailToQueue['link'];
};

/** Queues one mail a recipient, in the transaction of what it tells about. @returns how many were new */
export async function queueNotice(db: Db, notice: NoticeToQueue, context: ActContext): Promise<number> {
  if (notice.to.length === 0) return 0;
  const { place, facts } = notice;
  const head = await row<{ schoolName: string; schoolYear: string; departmentName: string }>(db, `
    SELECT s.name AS "schoolName", c.school_year AS "schoolYear", v.department_name AS "departmentName"
    FROM school s, campaign c, province v WHERE s.code = :schoolCode AND c.id = :campaignId`, place);
  if (head === undefined) throw new Error('a notice about a school or campaign that does not exist');
  const people = new Map(notice.to.map((recipient) => [recipient.personId, recipient]));
  return queueMails(db, [...people.values()].map((recipient): MailToQueue => ({
    dedupeKey: `notice/${notice.cause}/${recipient.personId}`, personId: recipient.personId, to: recipient.email, ...place, link: notice.link ?? null,
    model: {
      kind: 'notice', recipientName: recipient.fullName, ...head, classNames: notice.classNames ?? [], cards: notice.cards ?? 0, linkPath: notice.linkPath,
      ...(typeof facts === 'function' ? facts(recipient) : facts),
    },
  })), context);
}

const PEOPLE = 'SELECT DISTINCT p.id AS "personId", p.full_name AS "fullName", p.email FROM person p JOIN active_grant g ON g.person_id = p.id WHERE p.email IS NOT NULL AND p.disabled_at IS NULL';

/** People of one school by role, who have an address. */
export const schoolPeople = (db: Db, input: { schoolCode: string; roles: readonly Role[] }): Promise<Recipient[]> =>
  rows(db, `${PEOPLE} AND g.school_code = :schoolCode AND g.role = ANY(:roles) ORDER BY p.id`, { schoolCode: input.schoolCode, roles: [...input.roles] });

/** People of the Sở by role. */
export const departmentPeople = (db: Db, input: { roles: readonly Role[] }): Promise<Recipient[]> =>
  rows(db, `${PEOPLE} AND g.role = ANY(:roles) ORDER BY p.id`, { roles: [...input.roles] });

/** Those of `personIds` who have an address. */
export const recipients = (db: Db, personIds: readonly string[]): Promise<Recipient[]> =>
  rows(db, 'SELECT id AS "personId", full_name AS "fullName", email FROM person WHERE id = ANY(:personIds) AND email IS NOT NULL', { personIds: [...personIds] });
