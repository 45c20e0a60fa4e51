import type { CertificateFacts } from '../signature/certificate.js';
import { subjectOf } from '../signature/subject.js';

/**
 * Whom a certificate names by its UID: `CCCD:` is the personal number; `CMND:` and `HC:` are older papers, a person all the same but
 * not comparable; `MST:` an organisation. Both kinds at once, or neither, tell nothing (spec §3.1).
 */
export type Holder =
  | { kind: 'person'; personalNumber: string | null }
  | { kind: 'organisation'; taxCode: string }
  | { kind: 'unnamed' }
  | { kind: 'unclear' };

const UID = '0.9.2342.19200300.100.1.1';
const kept = new WeakMap<CertificateFacts, Holder>();

export function holderOf(facts: CertificateFacts): Holder {
  const known = kept.get(facts);
  if (known !== undefined) return known;
  const uids = subjectOf(facts.certificate.raw).flat().flatMap(({ oid, value }) => (oid === UID && value !== null ? [value.trim()] : []));
  const holder = judge(uids);
  kept.set(facts, holder);
  return holder;
}

function judge(uids: readonly string[]): Holder {
  const of = (pattern: RegExp): string[] => [...new Set(uids.flatMap((uid) => pattern.exec(uid)?.[1] ?? []))];
  const numbers = of(/^CCCD:\s?(\d{12})$/);
  const papers = of(/^(?:CMND|HC):\s?([0-9A-Za-z]+)$/);
  const organisations = of(/^MST:\s?([\d-]{10,14})$/);
  if (numbers.length > 1 || organisations.length > 1) return { kind: 'unclear' };
  const person = numbers.length + papers.length > 0;
  if (person && organisations.length > 0) return { kind: 'unclear' };
  if (person) return { kind: 'person', personalNumber: numbers[0] ?? null };
  return organisations[0] === undefined ? { kind: 'unnamed' } : { kind: 'organisation', taxCode: organisations[0] };
}
