import { LookUpPage } from '../../../dashboards/pages/lookUp/lookUp.js';
import type { IssuedCard } from '../../../db/views/lookUp.js';
import { SIGNATURE_ROLES } from '../../../domain/card.js';
import type { LookedUp } from '../../../domain/sheets/lookUp.js';
import { printedCard } from '../../../formats/rendition/printedCard.js';
import { sendPage } from '../../http/answer.js';
import { freshForm, refusedForm, type Problem } from '../../http/form.js';
import { addressOf, rateLimit } from '../../http/rateLimit.js';
import { storedAs } from '../../rendition/storedAs.js';
import type { PublicVisit } from '../../route.js';

/** One address: a parent mistyping, or a school clerk checking a pile. All together: what a province's parents do at their busiest. */
const PER_ADDRESS = rateLimit('look-up-address', 30, 600);
const ALTOGETHER = rateLimit('look-up-all', 3_000, 600);
/** One code, known or not: a date of birth has some 2,000 likely values, and is not to be found by trying. */
const PER_CODE = rateLimit('look-up-code', 20, 86_400);

/** @param code the card asked for, when there is one */
export async function takeTry({ request, services }: PublicVisit, code: string | null): Promise<void> {
  await PER_ADDRESS.take(services, addressOf(request));
  await ALTOGETHER.take(services, 'all');
  if (code !== null) await PER_CODE.take(services, code);
}

/** What the page tells of a card: issuer, signers and authority, times, status. Names come from the signed bytes, once they are proven whole. */
export function lookedUp(card: IssuedCard): LookedUp {
  const printed = printedCard(card.document, storedAs(card), null);
  const titles = { teacher: 'Giáo viên chủ nhiệm', principal: printed.approver?.title ?? '', seal: 'Chứng thư số của trường' } as const;
  return {
    schoolName: card.schoolName, departmentName: card.departmentName, schoolYear: card.schoolYear, receivedAt: card.receivedAt, statusAt: card.stateAt,
    status: card.state === 'recalled' || card.state === 'superseded' ? card.state : card.doubted ? 'in-doubt' : 'in-force',
    signatures: SIGNATURE_ROLES.flatMap((role) => {
      const signature = printed.signatures[role];
      if (signature === null) return [];
      const authority = role === 'principal' ? card.authorities.find((one) => one.role === role) : undefined;
      const instrument = authority?.number == null || authority.date === null ? null : { number: authority.number, date: authority.date };
      return [{ role, name: signature.name, title: titles[role], signedAt: signature.signedAt, basis: authority?.basis ?? null, instrument }];
    }),
  };
}

type Shown = { code?: string; byCode?: Problem; byFile?: Problem; answer?: LookedUp | 'none'; status?: number };

/** The page with its two forms, and the answer or what was wrong with a form. A date of birth is never shown again. */
export async function sendLookUp(visit: PublicVisit, { code = '', byCode, byFile, answer, status = 200 }: Shown): Promise<void> {
  const csrf = visit.me?.csrf ?? '';
  const form = (problem: Problem | undefined) => (problem === undefined ? freshForm(csrf) : refusedForm(csrf, {}, problem));
  await sendPage(visit, {
    title: 'Tra cứu học bạ số', status, view: LookUpPage({ code, byCode: form(byCode), byFile: form(byFile), answer: answer ?? null }),
    model: { outcome: answer === undefined ? 'asked-nothing' : answer === 'none' ? 'none' : 'found', card: typeof answer === 'object' ? answer : null, problem: byCode ?? byFile ?? null },
  });
}
