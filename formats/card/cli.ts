import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CardPolicy } from '../foreign/examineCard.js';
import type { OwnPolicy } from '../foreign/examineOwnCard.js';
import { verifyDocument, type DocumentVerdict, type Policy } from '../foreign/verify.js';
import type { CardVerdict, Verdict } from '../foreign/verdict.js';
import { DerFiles } from '../trust/certificateFile.js';
import { findOpenssl } from '../trust/opensslCommand.js';
import { createPathValidator } from '../trust/validator.js';
import { parseCall, type Call } from './cliCall.js';

const HELP = `hub card verify FILE [--policy own|accept] [--profile v1.0|v1.1] [--cover annex|signature|block] [--at T]
                     [--anchors PEM…] [--intermediates PEM…] [--crls FILE…] [--seal PEM…] [--require-teacher]

Checks a report card (HOC_BA), or a batch of them with its sender's signature (DANH_SACH_HOC_BA), offline: format, digests, signatures,
signers, their certificates by OpenSSL (HUB_OPENSSL names another command), mandatory fields and value rules.
Prints the verdict as JSON. Exit: 0 valid, 1 invalid, 2 not provable or held, 3 bad call; of a batch the worst.

  --policy              own (default): a card of this hub, held to what it was written under; accept: one of other software
  --profile             the campaign's; default: what the card's signed PHIEN_BAN says
  --cover               what each signature of an own card covers, a setting of the campaign; default: annex
  --at T                ISO 8601, the proven time, as of a receipt; default: now
  --anchors PEM…        certificates of the accepted authorities, in PEM or DER as everywhere; default: HUB_TRUST_ANCHORS
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
  const call = parseCall(argv, process.env['HUB_TRUST_ANCHORS']);
  if (typeof call === 'string') return badCall(`${call}\n\n${HELP}`);
  const openssl = await findOpenssl(process.env['HUB_OPENSSL']);
  if (openssl.path === null) return badCall(openssl.fault);
  let verdict: DocumentVerdict;
  try {
    verdict = await verdictOf(call, openssl.path);
  } catch (fault) {
    // A file that cannot be read; what stands in the card itself is never an exception.
    if (!isFileFault(fault)) throw fault;
    return badCall(fault.message);
  }
  stdout.write(`${JSON.stringify(report(verdict), null, 2)}\n`);
  return EXITS[verdict.verdict];
}

async function verdictOf(call: Call, opensslPath: string): Promise<DocumentVerdict> {
  const files = new DerFiles();
  const bytes = await read(call.file, (path) => readFile(path));
  const list = (paths: readonly string[], label: 'CERTIFICATE' | 'X509 CRL'): Promise<Buffer[]> => read(paths.join(', '), () => files.list(paths, label));
  const trust = {
    validator: createPathValidator({ opensslPath }), at: call.at,
    anchors: await list(call.anchors, 'CERTIFICATE'), intermediates: await list(call.intermediates, 'CERTIFICATE'), crls: await list(call.crls, 'X509 CRL'),
  };
  const seals = call.seal.length === 0 ? null : new Set((await list(call.seal, 'CERTIFICATE')).map((der) => createHash('sha256').update(der).digest('hex')));
  return verifyDocument({ bytes, trust, now: new Date(), policy: policyOf(call, seals) });
}

function policyOf({ policy, profile, cover, requireTeacher }: Call, approvedSeals: ReadonlySet<string> | null): Policy {
  if (policy === 'own') return { kind: 'own', profile, cover, approvedSeals } satisfies { kind: 'own' } & OwnPolicy;
  // There is no register to ask offline: whose a certificate without a number is, and whose a UUID, stays open.
  return { kind: 'accept', profile, requireTeacher, approvedSeals, teacherMayApprove: true, registered: new Map(), issuedHere: () => false } satisfies { kind: 'accept' } & CardPolicy;
}

/** The verdict without the pupil: who calls has the file, a log need not. */
function report(verdict: DocumentVerdict): object {
  return verdict.kind === 'batch' ? { ...verdict, cards: verdict.cards.map(withoutContent) } : withoutContent(verdict);
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
