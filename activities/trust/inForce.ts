import { X509Certificate } from 'node:crypto';
import type { Knex } from 'knex';
import { anchorsInForce, sourcesInForce, type AnchorInForce } from '../../db/trust/inForce.js';
import { installTrust } from '../../db/trust/installation.js';
import type { TrustUse } from '../../domain/trust.js';
import { readAuthorityCertificate } from '../../formats/trust/authorityCertificate.js';
import { readDerFile } from '../../formats/trust/certificateFile.js';
import { SettingsError, type WorkerSettings } from '../../runtime/settings.js';

/** What the tables say now. Equal answers are the same arrays and certificates, by which the path validator knows them again. */
export type TrustInForce = {
  /** Authorities whose certificates may sign (for this use, or for either): roots, and those known to lie between. */
  anchors: (use?: 'person' | 'organisation', at?: Date) => Promise<X509Certificate[]>;
  tsaAnchors: (at?: Date) => Promise<X509Certificate[]>;
  /** Fingerprints of authorities that may be used though weak. */
  weakAuthorities: () => Promise<readonly string[]>;
  /** Responders whose address stands under the name of the authority that the certificate belongs to; those under no authority's name are asked about all. */
  respondersOf: (fingerprint: string) => Promise<readonly string[]>;
  addresses: () => Promise<{ tsa: string | null; crls: readonly string[] }>;
};

type Settings = Pick<WorkerSettings, 'HUB_MODE' | 'HUB_TRUST_ANCHORS' | 'HUB_TSA_ANCHORS' | 'HUB_TSA_URL' | 'HUB_CRL_URLS'>;

/** The settings fill empty tables when trust is first needed: the sandbox's services write their certificates when they start. */
export function trustInForce(db: Knex, settings: Settings): TrustInForce {
  let installed: Promise<void> | null = null;
  const install = (): Promise<void> => {
    installed ??= installFrom(db, settings).catch((error: unknown) => { installed = null; throw error; });
    return installed;
  };
  const parsed = new Map<string, X509Certificate>();
  const kept = new Map<string, X509Certificate[]>();
  const certificates = async (uses: readonly TrustUse[], at: Date | null): Promise<X509Certificate[]> => {
    await install();
    const found = (await anchorsInForce(db, at)).filter((anchor) => anchor.uses.some((use) => uses.includes(use)));
    const key = found.map(({ fingerprint }) => fingerprint).join(' ');
    const known = kept.get(key) ?? found.map((anchor) => certificateOf(parsed, anchor));
    kept.delete(key);
    kept.set(key, known);
    if (kept.size > MOST_SETS) kept.delete(kept.keys().next().value as string);
    return known;
  };
  let weak: readonly string[] = [];
  return {
    anchors: (use, at) => certificates(use === undefined ? ['person', 'organisation'] : [use], at ?? null),
    tsaAnchors: (at) => certificates(['timestamp'], at ?? null),
    async weakAuthorities() {
      await install();
      const found = (await anchorsInForce(db)).flatMap((anchor) => (anchor.weak ? [anchor.fingerprint] : []));
      if (found.join() !== weak.join()) weak = found;
      return weak;
    },
    async respondersOf(fingerprint) {
      await install();
      const anchors = await anchorsInForce(db);
      const names = new Set(anchors.map(({ authority }) => nameOf(authority)));
      const own = anchors.find((anchor) => anchor.fingerprint === fingerprint)?.authority;
      const responders = (await sourcesInForce(db)).filter(({ kind }) => kind === 'ocsp');
      const named = responders.filter(({ authority }) => own !== undefined && nameOf(authority) === nameOf(own));
      return (named.length > 0 ? named : responders.filter(({ authority }) => !names.has(nameOf(authority)))).map(({ address }) => address);
    },
    async addresses() {
      await install();
      const found = await sourcesInForce(db);
      return { tsa: found.find(({ kind }) => kind === 'tsa')?.address ?? null, crls: found.flatMap(({ kind, address }) => (kind === 'crl' ? [address] : [])) };
    },
  };
}

/** Sets of authorities that are remembered: those of now, and of the receipts that are looked at again. */
const MOST_SETS = 32;

const nameOf = (authority: string): string => authority.normalize('NFC').trim().toLowerCase();

function certificateOf(parsed: Map<string, X509Certificate>, { fingerprint, der }: AnchorInForce): X509Certificate {
  const certificate = parsed.get(fingerprint) ?? new X509Certificate(der);
  parsed.set(fingerprint, certificate);
  return certificate;
}

/** Subjects of the sandbox's own issuers say so (sandbox/trust/startTrust.ts); production accepts none of them. */
const SANDBOX_ISSUER = /mô phỏng/i;

async function installFrom(db: Knex, { HUB_MODE: mode, HUB_TRUST_ANCHORS: signers, HUB_TSA_ANCHORS: stampers, HUB_TSA_URL: tsa, HUB_CRL_URLS: crls }: Settings): Promise<void> {
  const uses = new Map<string, TrustUse[]>();
  for (const [path, given] of [[signers, ['person', 'organisation']], [stampers, ['timestamp']]] as const) {
    for (const der of await readDerFile(path, 'CERTIFICATE')) uses.set(der.toString('base64'), [...(uses.get(der.toString('base64')) ?? []), ...given]);
  }
  const certificates = [...uses].map(([base64, given]) => {
    const certificate = readAuthorityCertificate(Buffer.from(base64, 'base64'));
    if (certificate === null) throw new SettingsError('HUB_TRUST_ANCHORS or HUB_TSA_ANCHORS holds a certificate that is no authority\'s');
    if (mode === 'production' && SANDBOX_ISSUER.test(new X509Certificate(Buffer.from(base64, 'base64')).subject)) throw new SettingsError('HUB_TRUST_ANCHORS or HUB_TSA_ANCHORS holds an issuer of the sandbox: production refuses it');
    return { ...certificate, authority: certificate.subject, uses: [...new Set(given)] };
  });
  const sources = [{ kind: 'tsa' as const, address: tsa }, ...crls.map((address) => ({ kind: 'crl' as const, address }))].map((source) => ({ ...source, authority: new URL(source.address).host }));
  await installTrust(db, { certificates, sources }, mode === 'sandbox');
}
