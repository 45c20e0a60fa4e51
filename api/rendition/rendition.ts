import type { CardToPrint } from '../../db/views/printing.js';
import { RECEIVED_STATES, SEALED_STATES } from '../../domain/cardState.js';
import type { Instant } from '../../domain/brand.js';
import type { PrintedCard, PrintMark } from '../../domain/sheets/printedCard.js';
import type { StoredAs } from '../../formats/rendition/printedCard.js';
import { Refused } from '../http/refused.js';
import { buildInThread } from '../http/thread.js';
import type { Services } from '../services.js';
import { storedAs } from './storedAs.js';
import { stampSource, type StampSource } from './stamp.js';
import { departmentSigner, type DepartmentSigner } from './departmentSigner.js';

export type CardSource =
  | { kind: 'document'; document: Uint8Array; stored: StoredAs; mark: PrintMark | null }
  /** Nothing is signed yet: what the school has stated. */
  | { kind: 'data'; card: PrintedCard };
/** What goes into the thread; a `KeyObject` is shared with it, its bytes are not copied. */
export type RenditionJob = {
  sources: readonly CardSource[]; title: string; baseUrl: string; sandbox: boolean; madeAt: Instant;
  signer: DepartmentSigner | null;
  /** null: no service is set, or it is known to be away. */
  stamp: StampSource | null;
};

export const isReceived = ({ state }: CardToPrint): boolean => (RECEIVED_STATES as readonly string[]).includes(state);

/** Why the card's rendition is not the valid document; null when it is. */
function markOf(card: CardToPrint): PrintMark | null {
  if (isReceived(card)) return null;
  if (card.state === 'recalled' || card.state === 'superseded') return card.state;
  return (SEALED_STATES as readonly string[]).includes(card.state) ? 'not-received' : 'draft';
}

/** What the Sở has not judged it puts its signature to nothing of. */
const isJudged = (card: CardToPrint): boolean => isReceived(card) || (card.received && (card.state === 'recalled' || card.state === 'superseded'));

function sourceOf(card: CardToPrint): CardSource {
  const mark = markOf(card);
  if (card.document !== null && card.state !== 'drafted') return { kind: 'document', document: card.document, stored: storedAs(card), mark };
  const { cardId, record, schoolYear, departmentName, provinceName, schoolName, communeName, districtName, className, teacherName } = card;
  return {
    kind: 'data',
    card: {
      cardId, record, schoolYear, departmentName, provinceName, schoolName, communeName, districtName, className, teacherName, mark,
      otherSubjects: [], approver: null, placeOfIssue: null, plannedIssueOn: null, signatures: { teacher: null, principal: null, seal: null },
    },
  };
}

/**
 * The PDF of these cards, made outside the thread that serves pages. Signed with the Sở's certificate unless one among them
 * is a draft or has not been received; the signature carries a time-stamp, or says that it has none (docs/decisions/016).
 * @throws Refused `rendition-unsigned` without a usable certificate, `card-broken` when stored bytes no longer match their signatures
 */
export async function buildRendition({ db, settings }: Services, cards: readonly CardToPrint[], title: string, owner: string): Promise<Buffer> {
  const signer = !cards.every(isJudged) ? null : await departmentSigner(db, settings.HUB_SECRET_KEY);
  const job: RenditionJob = {
    sources: cards.map(sourceOf), title, baseUrl: settings.HUB_BASE_URL, sandbox: settings.HUB_MODE === 'sandbox',
    madeAt: new Date().toISOString() as Instant, signer, stamp: signer === null ? null : await stampSource(db, { sandbox: settings.HUB_MODE === 'sandbox' }),
  };
  return buildInThread('./renditionWorker.js', import.meta.url, job, owner).catch((error: unknown) => {
    // A thread's error comes as a plain Error that kept its name.
    throw error instanceof Error && error.name === 'CardNotPrintable' ? new Refused('card-broken') : error;
  });
}
