import type { SignatureRole } from '../../domain/card.js';
import type { CertificateRefusal } from '../../domain/signingProgress.js';
import { schoolSigners } from '../../db/directory/signers.js';
import type { ActivityDeps } from '../deps.js';
import { gather, judgeSigners, type Gathered } from '../evidence/gather.js';
import { impatient } from '../evidence/patience.js';
import { noteRevoked, refreshRevocations } from '../evidence/revocations.js';
import type { FetchedList, TrustSources } from '../evidence/sources.js';

/** At the peak hundreds of batches come in such a time: they share one look at the lists. Receipt asks anew in any case. */
const SHARED_FOR_MS = 30_000;
const shared = new WeakMap<TrustSources, { at: number; lists: Promise<FetchedList[]> }>();
/** Schools whose signers were judged under these lists. */
const judged = new WeakMap<readonly FetchedList[], Map<string, Promise<unknown>>>();

/**
 * Whether a signer's or a seal's certificate may be used now: its path and its revocation, so that whoever signs learns at once what receipt
 * would find later. Only what is known to be wrong refuses: while an authority tells nothing signing goes on, and receipt waits for the proof.
 */
export async function certificateRefusal(deps: ActivityDeps, { role, certificate, fingerprint, between, schoolCode }: { role: SignatureRole; certificate: Buffer; fingerprint: string; between?: readonly Buffer[]; schoolCode?: string }): Promise<CertificateRefusal | null> {
  if (schoolCode !== undefined) await judgeSchool(deps, schoolCode);
  const signer = { cardId: '', role, fingerprint, der: certificate, ...(between === undefined ? {} : { between }) };
  const { judged: found, ...gathered } = await gather({ ...deps, sources: { ...impatient(deps.sources), revocationLists: () => recentLists(deps.sources) } }, [signer]);
  const code = found.unfit.get(signer.cardId)?.code ?? found.blocked.get(signer.cardId)?.code ?? null;
  if (code === 'revoked') await note(deps, { unfit: found.unfit, signers: [signer] }, gathered);
  switch (code) {
    case null: return null;
    case 'revoked': case 'issuer-revoked': case 'expired': case 'not-yet-valid': case 'on-hold': case 'issuer-unknown': return `certificate-${code}`;
    default: return found.unfit.size > 0 ? 'certificate-refused' : null;
  }
}

/**
 * Whoever signs, the school's other signers follow soon: their certificates are judged in the same process, which takes longer to start
 * than to judge fifty. Their answers are kept by the validator; each is asked for and acted on when its own batch comes.
 */
async function judgeSchool(deps: ActivityDeps, schoolCode: string): Promise<void> {
  const lists = await recentLists(deps.sources);
  const known = judged.get(lists) ?? new Map<string, Promise<unknown>>();
  judged.set(lists, known);
  const judging = known.get(schoolCode) ?? schoolSigners(deps.db, schoolCode)
    .then((signers) => judgeSigners(deps, { signers: signers.map((signer) => ({ ...signer, cardId: '' })), at: null, gathered: { lists, answers: [] } }));
  known.set(schoolCode, judging);
  judging.catch(() => known.delete(schoolCode));
  await judging;
}

/** Closed to further signing by everybody, and listed with the cards it stands in. */
async function note(deps: ActivityDeps, found: Pick<Parameters<typeof noteRevoked>[1], 'unfit' | 'signers'>, { answers }: Gathered): Promise<void> {
  await refreshRevocations(deps);
  await noteRevoked(deps, { ...found, answers });
}

function recentLists(sources: TrustSources): Promise<FetchedList[]> {
  const known = shared.get(sources);
  if (known !== undefined && Date.now() - known.at < SHARED_FOR_MS) return known.lists;
  const lists = sources.revocationLists();
  shared.set(sources, { at: Date.now(), lists });
  // A fault of ours is not kept: whoever comes next asks again.
  lists.catch(() => shared.delete(sources));
  return lists;
}
