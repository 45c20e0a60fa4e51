import type { SignatureRole } from '../../domain/card.js';
import type { CertificateRefusal } from '../../domain/signingProgress.js';
import type { ActivityDeps } from '../deps.js';
import { gather, type Gathered } from '../evidence/gather.js';
import { impatient } from '../evidence/patience.js';
import { noteRevoked, refreshRevocations } from '../evidence/revocations.js';
import type { FetchedList, TrustSources } from '../evidence/sources.js';

/** At the peak hundreds of batches come in such a time: they share one look at the lists. Receipt asks anew in any case. */
const SHARED_FOR_MS = 30_000;
const shared = new WeakMap<TrustSources, { at: number; lists: Promise<FetchedList[]> }>();

/**
 * Whether a signer's or a seal's certificate may be used now: its path and its revocation, so that whoever signs learns at once what receipt
 * would find later. Only what is known to be wrong refuses: while an authority tells nothing signing goes on, and receipt waits for the proof.
 */
export async function certificateRefusal(deps: ActivityDeps, { role, certificate, fingerprint, between }: { role: SignatureRole; certificate: Buffer; fingerprint: string; between?: readonly Buffer[] }): Promise<CertificateRefusal | null> {
  const signer = { cardId: '', role, fingerprint, der: certificate, ...(between === undefined ? {} : { between }) };
  const { judged, ...gathered } = await gather({ ...deps, sources: { ...impatient(deps.sources), revocationLists: () => recentLists(deps.sources) } }, [signer]);
  const code = judged.unfit.get(signer.cardId)?.code ?? judged.blocked.get(signer.cardId)?.code ?? null;
  if (code === 'revoked') await note(deps, { unfit: judged.unfit, signers: [signer] }, gathered);
  switch (code) {
    case null: return null;
    case 'revoked': case 'issuer-revoked': case 'expired': case 'not-yet-valid': case 'on-hold': case 'issuer-unknown': return `certificate-${code}`;
    default: return judged.unfit.size > 0 ? 'certificate-refused' : null;
  }
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
