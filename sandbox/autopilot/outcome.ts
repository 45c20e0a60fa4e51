import { z } from 'zod';
import { AUTHORITY_CODES, type AuthorityCode } from '../trust/messages.js';
import { ask, DemoFault } from './patience.js';
import type { Town } from './town.js';

const pupilsPage = z.object({ total: z.number(), pageSize: z.number(), pupils: z.array(z.object({ cardId: z.string().nullable(), pupilCode: z.string() })) });
const ledgerLine = z.object({ uuid: z.string(), ma_hoc_sinh: z.string(), trang_thai: z.union([z.literal(0), z.literal(1)]) });

export type LedgerComparison = { ours: number; theirs: number; onlyOurs: string[]; onlyTheirs: string[]; equal: boolean };

/** Cards the Kho accepted, by UUID → pupil's code, as the coordinator's list says page by page. */
export async function ourAcceptedCards(town: Town, campaignId: string): Promise<Map<string, string>> {
  const coordinator = town.visitor(town.department('coordinator').code);
  const cards = new Map<string, string>();
  // School by school: the hub sorts a school's cards for each page, not the province's.
  for (const { code } of town.world.province.schools) {
    for (let page = 1, seen = 0, total = 1; seen < total; page += 1) {
      const found = await coordinator.page(`/dot/${campaignId}/danh-sach?muc=accepted&truong=${code}&trang=${page}`, pupilsPage);
      for (const { cardId, pupilCode } of found.pupils) if (cardId !== null) cards.set(cardId, pupilCode);
      if (found.pupils.length === 0 && found.total > seen) throw new DemoFault(`the list of school ${code} says ${found.total} cards and shows ${seen}`);
      seen += found.pupils.length;
      total = found.total;
    }
  }
  return cards;
}

/** The Kho's ledger on its own disk against what the hub says, UUID by UUID; what the hub says is kept beside, UUID → pupil's code. */
export async function compareLedgers(town: Town, ours: ReadonlyMap<string, string>): Promise<LedgerComparison> {
  town.world.keepsakes.write('hoc-ba-kho-da-nhan.json', `${JSON.stringify(Object.fromEntries([...ours].sort()), null, 2)}\n`);
  const answer = await ask(`${town.world.addresses.kho}/sandbox/ledger`);
  if (answer.status !== 200) throw new DemoFault(`the Kho's ledger cannot be read: HTTP ${answer.status}`);
  const lines = answer.bytes.toString('utf8').split('\n').filter((line) => line !== '').map((line) => ledgerLine.parse(JSON.parse(line)));
  const theirs = new Map(lines.filter((line) => line.trang_thai === 1).map((line) => [line.uuid, line.ma_hoc_sinh]));
  const onlyOurs = [...ours].filter(([uuid, pupil]) => theirs.get(uuid) !== pupil).map(([uuid]) => uuid);
  const onlyTheirs = [...theirs.keys()].filter((uuid) => !ours.has(uuid));
  return { ours: ours.size, theirs: theirs.size, onlyOurs, onlyTheirs, equal: onlyOurs.length === 0 && onlyTheirs.length === 0 };
}

/** The Excel progress report, as the Sở's official downloads it. @returns the file's path */
export async function saveReport(town: Town): Promise<string> {
  const official = town.visitor(town.department('official').code);
  return town.world.keepsakes.write('tien-do-hoc-ba-so.xlsx', await official.file('/bao-cao/tien-do.xlsx'));
}

/**
 * One accepted card's signed bytes, by a UUID's order, so that the same campaign saves the same one, and the revocation lists of now,
 * without which nothing about its signers could be proven.
 * @returns the card's path, or null when none is accepted
 */
export async function saveCard(town: Town, accepted: ReadonlyMap<string, string>): Promise<string | null> {
  const [cardId] = [...accepted.entries()].sort(([, left], [, right]) => (left < right ? -1 : 1))[0] ?? [];
  if (cardId === undefined) return null;
  const coordinator = town.visitor(town.department('coordinator').code);
  const card = await coordinator.file(`/hoc-ba/${cardId}/xml`);
  const lists = await Promise.all(AUTHORITY_CODES.map((code) => revocationList(town.world.addresses.trust, code)));
  town.world.keepsakes.write('danh-sach-thu-hoi.pem', lists.join(''));
  town.world.keepsakes.write('hoc-ba-bi-sua-diem.xml', changedGrade(card));
  return town.world.keepsakes.write('hoc-ba.xml', card);
}

async function revocationList(trust: string, code: AuthorityCode): Promise<string> {
  const answer = await ask(`${trust}/crl/${code}.crl`);
  if (answer.status !== 200) throw new DemoFault(`the revocation list of ${code} cannot be read: HTTP ${answer.status}`);
  return `-----BEGIN X509 CRL-----\n${(answer.bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END X509 CRL-----\n`;
}

/** The same card with one level of one subject changed: what a forger would do. */
function changedGrade(card: Buffer): Buffer {
  const text = card.toString('utf8');
  const changed = text.replace(/<MUC_DAT_DUOC>([THC])</, (_whole, level: string) => `<MUC_DAT_DUOC>${level === 'T' ? 'H' : 'T'}<`);
  if (changed === text) throw new DemoFault('the card has no grade to change');
  return Buffer.from(changed);
}
