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
  anchors: (use?: 'person' | 'organisation') => Promise<X509Certificate[]>;
  tsaAnchors: () => Promise<X509Certificate[]>;
  /** Fingerprints of authorities that may be used though weak. */
  weakAuthorities: () => Promise<readonly string[]>;
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
  const kept = new Map<string, { key: string; certificates: X509Certificate[] }>();
  const certificates = async (uses: readonly TrustUse[]): Promise<X509Certificate[]> => {
    await install();
    const found = (await anchorsInForce(db)).filter((anchor) => anchor.uses.some((use) => uses.includes(use)));
    const key = found.map(({ fingerprint }) => fingerprint).join(' ');
    const name = uses.join(' ');
    const known = kept.get(name);
    if (known?.key === key) return known.certificates;
    const made = { key, certificates: found.map((anchor) => certificateOf(parsed, anchor)) };
    kept.set(name, made);
    return made.certificates;
  };
  let weak: readonly string[] = [];
  return {
    anchors: (use) => certificates(use === undefined ? ['person', 'organisation'] : [use]),
    tsaAnchors: () => certificates(['timestamp']),
    async weakAuthorities() {
      await install();
      const found = (await anchorsInForce(db)).flatMap((anchor) => (anchor.weak ? [anchor.fingerprint] : []));
      if (found.join() !== weak.join()) weak = found;
      return weak;
    },
    async addresses() {
      await install();
      const found = await sourcesInForce(db);
      return { tsa: found.find(({ kind }) => kind === 'tsa')?.address ?? null, crls: found.flatMap(({ kind, address }) => (kind === 'crl' ? [address] : [])) };
    },
  };
}

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
