import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { describe, test } from 'node:test';
import { PROFILE_CODES } from '../../domain/card.js';
import { composeCard, type CardContent } from '../../formats/card/compose.js';
import { readOwnData } from '../../formats/card/ownData.js';
import { profileOf, type Profile } from '../../formats/card/profile.js';
import { readCard } from '../../formats/card/read.js';
import { CardFormatFault } from '../../formats/card/readFields.js';
import { writeCard } from '../../formats/card/write.js';
import { diagnosesOf, examineCard } from '../../formats/foreign/examineCard.js';
import { examineOwnCard } from '../../formats/foreign/examineOwnCard.js';
import { FOREIGN_CARD_LIMITS } from '../../formats/foreign/limits.js';
import type { ProvenSignature } from '../../formats/foreign/proven.js';
import { readParsed } from '../../formats/xml/namespaceReader.js';
import { cardData, signedCard } from '../support/cards.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { mutantOf, mutantRun } from '../support/mutants.js';

const END = '</DU_LIEU_HOC_BA>';
const dataOf = (card: Buffer): Buffer => card.subarray('<HOC_BA>'.length, card.lastIndexOf(END) + END.length);

/** After every signing time of the tests' cards. */
const AT = new Date('2026-06-10T00:00:00Z');
const signer = ({ role, signedAt, certificate }: ProvenSignature) => ({ role, signedAt, fingerprint: certificate.fingerprint });

/** What the quick reader of own cards makes of data: its content, the fault of a value, or nothing. */
function quickly(data: Buffer, profile: Profile): CardContent | string | null {
  const own = isUtf8(data) ? readOwnData(data, profile) : null;
  if (own === null) return null;
  try {
    return composeCard(own.fields, profile);
  } catch (fault) {
    if (fault instanceof CardFormatFault) return `${fault.code} ${fault.tag}`;
    throw fault;
  }
}

describe('the quick reader of own cards', () => {
  for (const code of PROFILE_CODES) {
    const profile = profileOf(code);
    test(`reads in ${code} what the strict XML reader reads, or says that it does not know, of cards changed anywhere`, (test) => {
      const { rounds, next } = mutantRun(test, 4_000, 20260607);
      const read = { same: 0, unknown: 0 };
      const written = Array.from({ length: 40 }, (_, index) => writeCard(cardData(1 + index, code)));
      for (let round = 0; round < rounds; round += 1) {
        const data = dataOf(mutantOf(written[round % written.length]!, next));
        const quick = quickly(data, profile);
        if (quick === null) {
          read.unknown += 1;
          continue;
        }
        read.same += 1;
        const holders = profile.holders.map(({ tag }) => `<${tag}></${tag}>`).join('');
        const strict = readCard(Buffer.concat([Buffer.from('<HOC_BA>'), data, Buffer.from(`${holders}</HOC_BA>`)]), code);
        assert.deepEqual(quick, strict.ok ? { data: strict.card.data, unknownSubjects: strict.card.unknownSubjects } : `${strict.code} ${strict.tag}`);
      }
      assert.ok(read.same > rounds / 20 && read.unknown > rounds / 4, JSON.stringify(read));
      test.diagnostic(JSON.stringify(read));
    });

    test(`calls good of signed cards of ${code}, changed anywhere, only what the accepting verifier finds good by the strict reader, with the same values`, (test) => {
      const { rounds, next } = mutantRun(test, 1_500, 20260608);
      const cards = (['annex', 'block'] as const).map((cover, place) => ({ cover, card: signedCard({ seed: 31 + place, profile: code, cover }) }));
      const policy = { profile: code, requireTeacher: true, teacherMayApprove: false, approvedSeals: null, registered: new Map<string, string>(), issuedHere: () => false };
      const judged = { good: 0, bad: 0 };
      for (let round = 0; round < rounds; round += 1) {
        const { card, cover } = cards[round % cards.length] as (typeof cards)[number];
        const mutant = mutantOf(card, next);
        // What examineOwnCard goes by, before it looks for what happened to a bad card: that takes ten times as long and accepts nothing.
        if (verifyCard({ card: mutant, policy: { kind: 'own', profile: code, cover }, anchors: [], at: AT }).code !== 'no-anchors') {
          judged.bad += 1;
          continue;
        }
        const quick = examineOwnCard(mutant, { profile: code, cover, approvedSeals: null }, AT);
        assert.ok('content' in quick, `round ${round}`);
        judged.good += 1;
        const reading = readParsed(mutant.toString('utf8'), FOREIGN_CARD_LIMITS, new Map());
        const slow = examineCard({ source: mutant.toString('utf8'), faults: reading.faults, element: reading.root, outside: new Map() }, policy, AT, diagnosesOf(0));
        assert.ok('content' in slow, `round ${round}: ${'code' in slow ? slow.code : ''}`);
        assert.deepEqual(quick.content, slow.content);
        assert.deepEqual(quick.signatures.map(signer), slow.signatures.map(signer));
        assert.deepEqual(quick.stored, slow.stored);
      }
      assert.ok(judged.good > rounds / 1_000 && judged.bad > rounds / 2, JSON.stringify(judged));
      test.diagnostic(JSON.stringify(judged));
    });
  }

  test('takes for plainly composed only letters that NFC leaves alone, alone and in each other\'s company', () => {
    const plain: string[] = [];
    for (const [from, to] of [[0x20, 0x2ff], [0x1e00, 0x1eff], [0x2010, 0x2027]] as const) for (let code = from; code <= to; code += 1) plain.push(String.fromCodePoint(code));
    for (const first of plain) {
      const company = plain.map((second) => first + second).join('');
      assert.equal(company.normalize('NFC'), company, `U+${first.codePointAt(0)?.toString(16)}`);
    }
  });
});
