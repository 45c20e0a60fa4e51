import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import type { Cover } from '../../domain/card.js';
import { verifyCard, type CardVerdict } from '../signature/verify.js';

const HELP = `hub card verify FILE [--anchors PEM…] [--cover annex|signature|block]

Checks one report card of this hub, offline: its bytes, digests, signatures, signers and their certificates.
Prints the verdict as JSON. Exit: 0 valid, 1 invalid, 2 not provable (no trust anchors), 3 bad call.

  --anchors PEM…  certificates of the accepted authorities, one or more files; default: HUB_TRUST_ANCHORS
  --cover         what each signature covers, a setting of the campaign; default: annex
`;

const EXITS = { valid: 0, invalid: 1, 'not-provable': 2 } as const satisfies Record<CardVerdict['verdict'], number>;
const BAD_CALL = 3;
const COVERS = ['annex', 'signature', 'block'] as const satisfies readonly Cover[];

type Call = { file: string; anchors: string[]; cover: Cover };

type Streams = { stdout: { write(text: string): unknown }; stderr: { write(text: string): unknown } };

/** @param argv what follows `hub card`; the result is the exit code. */
export async function main(argv: string[], { stdout, stderr }: Streams = process): Promise<number> {
  const badCall = (message: string): number => {
    stderr.write(`hub card: ${message}`);
    return BAD_CALL;
  };
  if (argv.includes('--help') || argv.includes('-h')) {
    stdout.write(HELP);
    return 0;
  }
  const call = parseCall(argv);
  if (typeof call === 'string') return badCall(`${call}\n\n${HELP}`);
  let card: Buffer;
  let anchors: X509Certificate[];
  try {
    card = await readFile(call.file);
    anchors = (await Promise.all(call.anchors.map(readAnchors))).flat();
  } catch (fault) {
    return badCall(`${(fault as Error).message}\n`);
  }
  const verdict = verifyCard({ card, policy: { kind: 'own', profile: 'v1.0', cover: call.cover }, anchors, at: new Date() });
  stdout.write(`${JSON.stringify(report(verdict), null, 2)}\n`);
  return EXITS[verdict.verdict];
}

/** The verdict, and of a valid card its number alone: who calls has the file, a log need not. */
function report(verdict: CardVerdict): object {
  if (verdict.verdict !== 'valid') return verdict;
  const { card, ...rest } = verdict;
  return { ...rest, cardId: card.data.cardId };
}

function parseCall([command, ...args]: string[]): Call | string {
  if (command !== 'verify') return command === undefined ? 'say what to do' : `there is no command ${command}`;
  let tokens;
  try {
    // `--anchors A B` takes several files, which parseArgs knows no form for: each becomes an option of its own.
    ({ tokens } = parseArgs({ args: spreadAnchors(args), options: { anchors: { type: 'string', multiple: true }, cover: { type: 'string' } }, allowPositionals: true, tokens: true }));
  } catch (fault) {
    return (fault as Error).message;
  }
  const values = (name: string): string[] => tokens.flatMap((token) => (token.kind === 'option' && token.name === name && token.value !== undefined ? [token.value] : []));
  const files = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const [file] = files;
  if (file === undefined || files.length > 1) return 'name exactly one FILE';
  const cover = COVERS.find((one) => one === (values('cover').at(-1) ?? 'annex'));
  if (cover === undefined) return `--cover is one of ${COVERS.join(', ')}`;
  const given = values('anchors');
  if (given.length === 0 && args.includes('--anchors')) return 'name at least one PEM file after --anchors';
  const anchors = given.length > 0 ? given : (process.env['HUB_TRUST_ANCHORS'] ?? '').split(delimiter).filter((path) => path !== '');
  return { file, anchors, cover };
}

function spreadAnchors(args: readonly string[]): string[] {
  let spreading = false;
  return args.flatMap((argument) => {
    if (argument.startsWith('-')) {
      spreading = argument === '--anchors';
      return spreading ? [] : [argument];
    }
    return spreading ? [`--anchors=${argument}`] : [argument];
  });
}

async function readAnchors(path: string): Promise<X509Certificate[]> {
  const pem = await readFile(path, 'utf8');
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (certificates === null) throw new Error(`${path} holds no certificate in PEM`);
  return certificates.map((certificate) => new X509Certificate(certificate));
}
