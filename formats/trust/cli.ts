import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DerFiles } from './certificateFile.js';
import { fileQuestion, readQuestion, type FileQuestion } from './fileQuestion.js';
import { findOpenssl } from './opensslCommand.js';
import type { PathAnswer, PathValidator } from './question.js';
import { createPathValidator } from './validator.js';

const HELP = `hub certificate check --anchors PEM… --certificate FILE [--intermediates PEM…] [--crls PEM…] [--ocsps FILE…] [--at T]
                      [--policy OID…] [--explicit-policy] [--inhibit-mapping] [--inhibit-any] [--role ROLE]
hub certificate check --batch FILE

Checks one certificate's path to an anchor, its revocation and policies, offline, by OpenSSL (HUB_OPENSSL names another command).
Prints {valid, code, reason, path} as JSON. Exit: 0 valid, 1 invalid, 2 not provable, 3 bad call.

  --anchors PEM…        the only certificates that are trusted; files in PEM or DER, here and everywhere
  --certificate FILE    the certificate in question
  --intermediates PEM…  certificates that may lie between, at most 8
  --crls PEM…           revocation lists of that time, or later ones; without any nothing is provable
  --ocsps FILE…         answers of OCSP responders (DER), kept from that time or later, for what no list proves
  --at T                ISO 8601; default: now
  --policy OID…         accepted certificate policies; default: any
  --role ROLE           person, organisation, timestamp, ocsp or crl: also check that it may be used so; default: any
  --batch FILE          many questions, one JSON object a line: {id, anchors[], certificate, intermediates[], crls[], ocsps[], at, policies[],
                        explicitPolicy, inhibitMapping, inhibitAny}, files by path; prints {id, valid, code, reason} for each, in
                        order; the worst is the exit (bad question, invalid, not provable, valid)
`;

const EXITS = { valid: 0, invalid: 1, 'not-provable': 2 } as const satisfies Record<PathAnswer['verdict'], number>;
const BAD_CALL = 3;
const LISTS = ['anchors', 'intermediates', 'crls', 'ocsps', 'policy'];

type Streams = { stdout: { write(text: string): unknown }; stderr: { write(text: string): unknown } };

/** @param argv what follows `hub certificate`; the result is the exit code. */
export async function main(argv: string[], { stdout, stderr }: Streams = process): Promise<number> {
  const badCall = (message: string): number => {
    stderr.write(`hub certificate: ${message}\n`);
    return BAD_CALL;
  };
  if (argv.includes('--help') || argv.includes('-h')) {
    stdout.write(HELP);
    return 0;
  }
  const call = parseCall(argv);
  if (typeof call === 'string') return badCall(`${call}\n\n${HELP}`);
  const openssl = await findOpenssl(process.env['HUB_OPENSSL']);
  if (openssl.path === null) return badCall(openssl.fault);
  const validator = createPathValidator({ opensslPath: openssl.path });
  try {
    if ('batch' in call) return await checkBatch(validator, await readFile(call.batch, 'utf8'), stdout);
    const answer = await validator.ask(await readQuestion(new DerFiles(), call.question));
    stdout.write(`${JSON.stringify({ ...report(answer), path: answer.path }, null, 2)}\n`);
    return EXITS[answer.verdict];
  } catch (fault) {
    return badCall((fault as Error).message);
  }
}

const report = ({ verdict, code, reason }: PathAnswer): object => ({ valid: verdict === 'valid', code, reason });

/** All questions are asked at once, so that those on the same terms share processes. */
async function checkBatch(validator: PathValidator, text: string, stdout: Streams['stdout']): Promise<number> {
  const files = new DerFiles();
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const answers = await Promise.all(lines.map((line) => checkLine(validator, files, line)));
  for (const { id, result } of answers) stdout.write(`${JSON.stringify({ id, ...('fault' in result ? { valid: false, code: 'bad-question', reason: result.fault } : report(result)) })}\n`);
  const exits = answers.map(({ result }): number => ('fault' in result ? BAD_CALL : EXITS[result.verdict]));
  return [BAD_CALL, EXITS.invalid, EXITS['not-provable']].find((exit) => exits.includes(exit)) ?? EXITS.valid;
}

const identified = z.object({ id: z.union([z.string(), z.number()]) });

async function checkLine(validator: PathValidator, files: DerFiles, line: string): Promise<{ id: string | number | null; result: PathAnswer | { fault: string } }> {
  let id: string | number | null = null;
  try {
    const value: unknown = JSON.parse(line);
    id = identified.safeParse(value).data?.id ?? null;
    return { id, result: await validator.ask(await readQuestion(files, fileQuestion.parse(value))) };
  } catch (fault) {
    return { id, result: { fault: fault instanceof z.ZodError ? z.prettifyError(fault) : (fault as Error).message } };
  }
}

function parseCall([command, ...args]: string[]): { batch: string } | { question: FileQuestion } | string {
  if (command !== 'check') return command === undefined ? 'say what to do' : `there is no command ${command}`;
  const many = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean' } as const;
  const one = { type: 'string' } as const;
  const options = {
    anchors: many, intermediates: many, crls: many, ocsps: many, policy: many, certificate: one, at: one, role: one, batch: one, 'explicit-policy': flag, 'inhibit-mapping': flag, 'inhibit-any': flag,
  };
  let values;
  try {
    ({ values } = parseArgs({ args: spreadLists(args), options }));
  } catch (fault) {
    return (fault as Error).message;
  }
  const { batch, policy, 'explicit-policy': explicitPolicy, 'inhibit-mapping': inhibitMapping, 'inhibit-any': inhibitAny, ...rest } = values;
  if (batch !== undefined) return Object.keys(values).length === 1 ? { batch } : '--batch stands alone';
  const question = fileQuestion.safeParse({ ...rest, policies: policy, explicitPolicy, inhibitMapping, inhibitAny });
  return question.success ? { question: question.data } : z.prettifyError(question.error);
}

/** `--anchors A B` takes several files, which parseArgs knows no form for: each becomes an option of its own. */
function spreadLists(args: readonly string[]): string[] {
  let spreading: string | null = null;
  return args.flatMap((argument) => {
    if (argument.startsWith('--')) {
      spreading = LISTS.includes(argument.slice(2)) ? argument : null;
      return spreading === null ? [argument] : [];
    }
    return spreading === null ? [argument] : [`${spreading}=${argument}`];
  });
}
