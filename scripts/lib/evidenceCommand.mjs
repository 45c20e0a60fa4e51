import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { distDir } from './files.mjs';

const help = `hub evidence: what proves when a card was received

  hub evidence export CARD_ID [--out FILE]        the card's evidence as JSON, from the database (DATABASE_URL, or the hub that runs)
  hub evidence verify CARD_FILE --evidence FILE --anchors PEM…
                                                  check it offline; PEM: roots of the accepted time-stamping services
                                                  (default: HUB_TSA_ANCHORS)

verify prints JSON {verdict, code, reason, provenAt, renewedAt}. Exit: 0 valid, 1 invalid, 2 not provable, 3 bad call.
`;
const exits = { valid: 0, invalid: 1, 'not-provable': 2 };
const load = (entry) => import(pathToFileURL(path.join(distDir, entry)).href);

/** @param {string[]} argv what follows `hub evidence` @returns {Promise<number>} exit code */
export async function evidenceCommand(argv) {
  let call;
  try {
    call = parseArgs({ args: argv, allowPositionals: true, options: { out: { type: 'string' }, evidence: { type: 'string' }, anchors: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } } });
  } catch (fault) {
    return badCall(fault.message);
  }
  const { values, positionals: [act, subject, ...more] } = call;
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (act === 'export' && subject !== undefined && more.length === 0) return exportEvidence(subject, values.out);
  if (act === 'verify' && subject !== undefined && values.evidence !== undefined) return verifyEvidence(subject, values.evidence, [...(values.anchors ?? (process.env.HUB_TSA_ANCHORS ? [process.env.HUB_TSA_ANCHORS] : [])), ...more]);
  return badCall(act === undefined ? 'say what to do' : 'name what is asked for');
}

function badCall(message) {
  process.stderr.write(`hub evidence: ${message}\n\n${help}`);
  return 3;
}

async function exportEvidence(cardId, out) {
  const { z } = await import('zod');
  if (!z.uuid().safeParse(cardId).success) return badCall(`${cardId} is no card's UUID`);
  const { openDatabase } = await load('db/connect.js');
  const { evidenceOf } = await load('api/evidence/evidenceOf.js');
  const { runningEnvironment } = await import('./running.mjs');
  const db = openDatabase(process.env.DATABASE_URL ?? runningEnvironment().api.DATABASE_URL, 1);
  try {
    const bundle = await evidenceOf(db, cardId);
    if (bundle === null) {
      process.stderr.write('hub evidence: there is no evidence of this card: the Sở has not received it yet, or no card has this UUID\n');
      return 2;
    }
    const text = `${JSON.stringify(bundle)}\n`;
    if (out === undefined) process.stdout.write(text);
    else fs.writeFileSync(out, text);
    return 0;
  } finally {
    await db.destroy();
  }
}

async function verifyEvidence(cardFile, evidenceFile, anchorFiles) {
  if (anchorFiles.length === 0) return badCall('name the roots of the accepted time-stamping services by --anchors');
  const [{ X509Certificate }, { evidenceBundle }, { verifyBundle, EVIDENCE_CODES }, { TIMESTAMP_CODES }, { createPathValidator }, { findOpenssl }] = await Promise.all([
    import('node:crypto'), load('formats/evidence/bundle.js'), load('formats/evidence/verifyBundle.js'), load('formats/evidence/verifyTimestamp.js'), load('formats/trust/validator.js'), load('formats/trust/opensslCommand.js'),
  ]);
  let file, bundle, anchors;
  try {
    file = fs.readFileSync(cardFile);
    bundle = evidenceBundle.parse(JSON.parse(fs.readFileSync(evidenceFile, 'utf8')));
    anchors = anchorFiles.flatMap((name) => fs.readFileSync(name, 'utf8').split(/(?=-----BEGIN CERTIFICATE-----)/).filter((part) => part.includes('BEGIN')).map((part) => new X509Certificate(part).raw));
  } catch (fault) {
    return badCall(fault.name === 'ZodError' ? `${evidenceFile} is no evidence of this hub` : fault.message);
  }
  const openssl = await findOpenssl(process.env.HUB_OPENSSL);
  if (openssl.path === null) return badCall(openssl.fault);
  const verdict = await verifyBundle({ opensslPath: openssl.path, validator: createPathValidator({ opensslPath: openssl.path }) }, { file, bundle, anchors });
  process.stdout.write(`${JSON.stringify({ ...verdict, reason: { ...EVIDENCE_CODES, ...TIMESTAMP_CODES }[verdict.code] }, null, 2)}\n`);
  return exits[verdict.verdict];
}
