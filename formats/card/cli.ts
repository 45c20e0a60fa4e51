import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CardPolicy } from '../foreign/examineCard.js';
import type { OwnPolicy } from '../foreign/examineOwnCard.js';
import { BATCH_TAG } from '../foreign/batchShape.js';
import { firstTag, verifyDocument, verifyOneCard, type DocumentVerdict, type Policy } from '../foreign/verify.js';
import { worst, type CardVerdict, type Verdict } from '../foreign/verdict.js';
import { DerFiles } from '../trust/certificateFile.js';
import { findOpenssl } from '../trust/opensslCommand.js';
import { createPathValidator } from '../trust/validator.js';
import { openBundle, UNCONFIRMED, type BundleCall, type BundleFinding, type BundleTrust } from './cliBundle.js';
import { parseCall, type Call } from './cliCall.js';

const HELP = `hub card verify FILE [--bundle B] [--policy own|accept] [--profile v1.0|v1.1] [--cover annex|signature|block] [--at T]
                     [--anchors PEM…] [--tsa-anchors PEM…] [--trust-bundle-anchors] [--intermediates PEM…] [--crls FILE…] [--seal PEM…]
                     [--require-teacher]

Checks a report card (HOC_BA), or a batch of them with its sender's signature (DANH_SACH_HOC_BA), offline: format, digests, signatures,
signers, their certificates by OpenSSL (HUB_OPENSSL names another command), mandatory fields and value rules.
Prints the verdict as JSON. Exit: 0 valid, 1 invalid, 2 not provable or held, 3 bad call; of a batch the worst.

  --bundle B            the card's exported bundle (one HTML file): brings the proven time with its evidence and renewals, revocation
                        lists, authorities, and the Sở's statement; all of it is checked and must be of this very card. What is named
                        in the call wins over it: --at over its time, --anchors (or HUB_TRUST_ANCHORS) over its authorities, --crls over
                        its lists. By authorities that only the bundle names nothing is provable (exit 2, anchors-unconfirmed): whoever
                        can forge a card can forge them too. Compare "anchors.sha256" with those published, and name them
  --trust-bundle-anchors  take them all the same: "valid" then means no more than that card and bundle agree
  --tsa-anchors PEM…    roots of the accepted time-stamping services; default: HUB_TSA_ANCHORS, else those of the card
  --policy              own: a card of this hub, held to what it was written under; accept: one of other software; default: what
                        the bundle says of it, else own
  --profile             the campaign's; default: what the card's signed PHIEN_BAN says
  --cover               what each signature of an own card covers, a setting of the campaign; default: annex
  --at T                ISO 8601, the proven time, as of a receipt; default: the bundle's, else now
  --anchors PEM…        certificates of the accepted authorities, in PEM or DER as everywhere; default: HUB_TRUST_ANCHORS,
                        else the bundle's
  --intermediates PEM…  certificates that may lie between, beside those in the card
  --crls FILE…          revocation lists; without a usable one nothing is provable
  --seal PEM…           the approved organisation certificates; default: the verdict says that approval was not checked
  --require-teacher     the homeroom teacher must have signed too (accept)
`;

const EXITS = { 'valid': 0, 'valid-at-proven-time': 0, 'invalid': 1, 'not-provable': 2 } as const satisfies Record<Verdict, number>;
const BAD_CALL = 3;

type Streams = { stdout: { write(text: string): unknown }; stderr: { write(text: string): unknown } };

/** @param argv what follows `hub card`; the result is the exit code. */
export async function main(argv: string[], { stdout, stderr }: Streams = process): Promise<number> {
  const badCall = (message: string): number => {
    stderr.write(`hub card: ${message}\n`);
    return BAD_CALL;
  };
  if (argv.includes('--help') || argv.includes('-h')) {
    stdout.write(HELP);
    return 0;
  }
  const call = parseCall(argv, { anchors: process.env['HUB_TRUST_ANCHORS'], tsaAnchors: process.env['HUB_TSA_ANCHORS'] });
  if (typeof call === 'string') return badCall(`${call}\n\n${HELP}`);
  const openssl = await findOpenssl(process.env['HUB_OPENSSL']);
  if (openssl.path === null) return badCall(openssl.fault);
  let judged: Judged;
  try {
    judged = await judge(call, openssl.path);
  } catch (fault) {
    // A file that cannot be read; what stands in the card itself is never an exception.
    if (!isFileFault(fault)) throw fault;
    return badCall(fault.message);
  }
  if (judged.bundle?.anchors.from === 'bundle') stderr.write('hub card: the authorities come from the bundle itself; compare anchors.sha256 with those that are published\n');
  const printed = report(judged, call);
  stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
  return EXITS[printed.verdict];
}

/** `bundle` null: none was named. */
type Judged = { document: DocumentVerdict; bundle: BundleFinding | null };

async function judge(call: Call, opensslPath: string): Promise<Judged> {
  const files = new DerFiles();
  const bytes = await read(call.file, (path) => readFile(path));
  const list = (paths: readonly string[], label: 'CERTIFICATE' | 'X509 CRL'): Promise<Buffer[]> => read(paths.join(', '), () => files.list(paths, label));
  const validator = createPathValidator({ opensslPath });
  const anchors = await list(call.anchors, 'CERTIFICATE');
  const bundle = call.bundle === null ? null : await openNamed(call.bundle, { file: bytes, anchors, tsaAnchors: await list(call.tsaAnchors, 'CERTIFICATE'), opensslPath, validator });
  const trust = {
    validator, at: call.at ?? bundle?.provenAt ?? null, anchors: bundle?.anchors ?? anchors, intermediates: await list(call.intermediates, 'CERTIFICATE'),
    ...(call.crls.length === 0 && bundle !== null ? { crls: bundle.crls, ocsps: bundle.ocsps } : { crls: await list(call.crls, 'X509 CRL') }),
  };
  const seals = call.seal.length === 0 ? null : new Set((await list(call.seal, 'CERTIFICATE')).map((der) => createHash('sha256').update(der).digest('hex')));
  const vendor = bundle?.vendor ?? null;
  const input = { trust, now: new Date(), policy: policyOf({ ...call, policy: call.policy ?? (vendor === null ? 'own' : 'accept') }, seals) };
  const document = vendor === null || firstTag(vendor.card) === BATCH_TAG ? await verifyDocument({ bytes, ...input }) : { kind: 'card' as const, ...await verifyOneCard({ bytes: vendor.card, ...input }, vendor.context) };
  if (bundle !== null && document.kind === 'batch') throw new FileFault('--bundle is of one card, FILE holds a batch');
  return { document, bundle: bundle?.finding ?? null };
}

async function openNamed(path: string, call: Omit<BundleCall, 'html'>): Promise<BundleTrust> {
  const opened = await openBundle({ ...call, html: await read(path, (name) => readFile(name)) });
  if (opened === null) throw new FileFault(`${path} is no bundle of this hub`);
  return opened;
}

function policyOf({ policy, profile, cover, requireTeacher }: Call & { policy: Policy['kind'] }, approvedSeals: ReadonlySet<string> | null): Policy {
  if (policy === 'own') return { kind: 'own', profile, cover, approvedSeals } satisfies { kind: 'own' } & OwnPolicy;
  // There is no register to ask offline: whose a certificate without a number is, and whose a UUID, stays open.
  return { kind: 'accept', profile, requireTeacher, approvedSeals, teacherMayApprove: true, registered: new Map(), issuedHere: () => false } satisfies { kind: 'accept' } & CardPolicy;
}

/** The verdict without the pupil: who calls has the file, a log need not. A card is worth no more than the bundle that is shown for it. */
function report({ document, bundle }: Judged, { trustBundleAnchors }: Call): { verdict: Verdict } {
  if (document.kind === 'batch') return { ...document, cards: document.cards.map(withoutContent) } as { verdict: Verdict };
  const card = { verdict: document.verdict, ...withoutContent(document) };
  if (bundle === null) return card;
  // Without evidence in it the bundle takes nothing away: the card was judged as without one.
  const decides = bundle.code !== 'no-evidence' && worst([document.verdict, bundle.verdict]) !== document.verdict;
  const found = { ...card, ...(decides ? { verdict: bundle.verdict, code: bundle.code, class: 'bundle', message: bundle.reason } : {}), bundle } as { verdict: Verdict };
  const unconfirmed = bundle.anchors.from === 'bundle' && !trustBundleAnchors && EXITS[found.verdict] === EXITS.valid;
  return unconfirmed ? { ...found, ...UNCONFIRMED, verdict: 'not-provable', class: 'bundle' } as { verdict: Verdict } : found;
}

function withoutContent({ card: _card, stored: _stored, ...rest }: CardVerdict): object {
  return rest;
}

class FileFault extends Error {}

const isFileFault = (fault: unknown): fault is FileFault => fault instanceof FileFault;

async function read<T>(path: string, reading: (path: string) => Promise<T>): Promise<T> {
  try {
    return await reading(path);
  } catch (fault) {
    throw new FileFault((fault as Error).message);
  }
}
