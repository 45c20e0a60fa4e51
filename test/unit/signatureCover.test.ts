import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Instant } from '../../domain/brand.js';
import { COVERS, PROFILE_CODES, type Cover, type ProfileCode } from '../../domain/card.js';
import { writeCard } from '../../formats/card/write.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { anchors, cardData, signedCard, signers, signRole } from '../support/cards.js';
import { questionsOf, xmlCryptoAccepts } from '../support/witnesses.js';

/** What the three covers differ in, to the letter of the annex or beyond it (spec §3.1, docs/decisions/010): stated here, and judged by another's verifier too. */
type Edit = 'a changed grade' | 'a changed teacher block' | 'a teacher who signed again' | 'a removed teacher signature' | 'a removed principal block';
type Outcome = {
  /** Whose signatures do not hold any more, by their own digests. */
  breaks: string[];
  /** What our own verifier, which holds a card to all it was written with, says of it. */
  own: string;
};
const EVERYBODY = ['GVCN', 'CBQL', 'KY_PHAT_HANH'];
const LATER = ['CBQL', 'KY_PHAT_HANH'];

const OUTCOMES: Record<Edit, Record<Cover, Outcome>> = {
  'a changed grade': {
    annex: { breaks: EVERYBODY, own: 'data-changed' }, signature: { breaks: EVERYBODY, own: 'data-changed' }, block: { breaks: EVERYBODY, own: 'data-changed' },
  },
  'a changed teacher block': {
    annex: { breaks: [], own: 'signing-time-changed' }, signature: { breaks: [], own: 'signing-time-changed' }, block: { breaks: LATER, own: 'signing-time-changed' },
  },
  'a teacher who signed again': {
    annex: { breaks: [], own: 'valid' }, signature: { breaks: LATER, own: 'earlier-signature-changed' }, block: { breaks: LATER, own: 'earlier-signature-changed' },
  },
  'a removed teacher signature': {
    annex: { breaks: [], own: 'signature-shape' }, signature: { breaks: LATER, own: 'signature-shape' }, block: { breaks: LATER, own: 'signature-shape' },
  },
  'a removed principal block': {
    annex: { breaks: [], own: 'role-order' }, signature: { breaks: ['KY_PHAT_HANH'], own: 'role-order' }, block: { breaks: ['KY_PHAT_HANH'], own: 'role-order' },
  },
};

const blockOf = (card: string, tag: string): string => new RegExp(`<${tag}[ >].*</${tag}>`).exec(card)?.[0] ?? assert.fail(`no ${tag}`);

function edited(edit: Edit, card: string, profile: ProfileCode, cover: Cover): string {
  const teacher = blockOf(card, 'GVCN');
  switch (edit) {
    case 'a changed grade': return card.replace(/<MUC_DAT_DUOC>(.)/, (found) => (found.endsWith('T') ? '<MUC_DAT_DUOC>H' : '<MUC_DAT_DUOC>T'));
    case 'a changed teacher block': return card.replace(teacher, teacher.replace(/<NGAY_KY>2026-06-01/, '<NGAY_KY>2026-05-31'));
    case 'a teacher who signed again': {
      const again = signRole(writeCard(cardData(3, profile)), 'teacher', { profile, cover, signer: { ...signers().teacher, signedAt: '2026-06-01T03:00:00Z' as Instant } });
      return card.replace(teacher, () => blockOf(again.toString(), 'GVCN'));
    }
    case 'a removed teacher signature': return card.replace(teacher, teacher.replace(/<Signature .*<\/Signature>/, ''));
    case 'a removed principal block': return card.replace(blockOf(card, 'CBQL'), '');
  }
}

for (const profile of PROFILE_CODES) {
  for (const cover of COVERS) {
    describe(`in a card of ${profile} under cover ${cover}`, () => {
      const card = signedCard({ seed: 3, profile, cover }).toString();
      for (const [edit, outcomes] of Object.entries(OUTCOMES) as [Edit, Record<Cover, Outcome>][]) {
        const { breaks, own } = outcomes[cover];
        test(`${edit} breaks ${breaks.length === 0 ? 'no other signature' : breaks.join(', ')}; to our verifier the card is ${own}`, () => {
          const changed = Buffer.from(edited(edit, card, profile, cover));
          assert.notEqual(changed.toString(), card);
          const broken = questionsOf(changed).filter((question) => !xmlCryptoAccepts(question)).map(({ signatureId }) => /^sig-(.*?)-/.exec(signatureId)?.[1]?.toUpperCase());
          assert.deepEqual(broken, breaks);
          assert.equal(verifyCard({ card: changed, policy: { kind: 'own', profile, cover }, anchors }).code, own);
        });
      }
    });
  }
}
