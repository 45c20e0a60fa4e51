import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PROFILE_CODES } from '../../domain/card.js';
import { composeCard, type CardContent } from '../../formats/card/compose.js';
import { readOwnData } from '../../formats/card/ownData.js';
import { profileOf, type Profile } from '../../formats/card/profile.js';
import { readCard } from '../../formats/card/read.js';
import { CardFormatFault } from '../../formats/card/readFields.js';
import { writeCard } from '../../formats/card/write.js';
import { isUtf8 } from 'node:buffer';
import { cardData, seeded } from '../support/cards.js';

const END = '</DU_LIEU_HOC_BA>';
const dataOf = (card: Buffer): Buffer => card.subarray('<HOC_BA>'.length, card.lastIndexOf(END) + END.length);

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
    test(`reads in ${code} what the strict XML reader reads, or says that it does not know, of cards changed anywhere`, () => {
      // The same with 1,000,000 rounds a profile: OWN_DATA_ROUNDS=1000000.
      const rounds = Number(process.env['OWN_DATA_ROUNDS'] ?? 4_000);
      const next = seeded(20260607);
      const pieces = ['<', '>', '&', '"', ' ', '/', '=', '\t', '\n', '\r', '&amp;', '&gt;', '&#65;', '<A></A>', '<!--x-->', ' id="x"', 'à', '\u0300', '\u0001', 'T', '9', '', '\u2126'];
      const read = { same: 0, unknown: 0 };
      for (let round = 0; round < rounds; round += 1) {
        const card = writeCard(cardData(1 + (round % 40), code));
        const at = next(card.length);
        const mutant = Buffer.concat([card.subarray(0, at), Buffer.from(pieces[next(pieces.length)] as string), card.subarray(at + next(4))]);
        const data = dataOf(mutant);
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
