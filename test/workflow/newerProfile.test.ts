import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { rows } from '../../db/connect.js';
import { readCard } from '../../formats/card/read.js';
import { acceptedOnBothSides } from '../support/outside.js';
import { startStage, type Stage } from '../support/stage.js';
import { badlyEnded, playToEnd, positions } from '../support/stageViews.js';

/** The setting `profile` of a campaign, from the teacher's signature to the Kho's verdict; `cover` and `xades` are as far from the default as they go. */
describe('a campaign of profile v1.1', () => {
  let stage: Stage;
  before(async () => { stage = await startStage('workflow-newer-profile', { policy: { profile: 'v1.1', cover: 'block', xades: true } }); });
  after(async () => { await stage.close(); });

  test('ends with every card accepted, in the newer layout, with the same bytes on both sides', async () => {
    await playToEnd(stage);
    assert.ok(((await positions(stage))['accepted'] ?? 0) > 0);
    const { ours, theirs } = await acceptedOnBothSides(stage);
    assert.deepEqual(theirs, ours);
    const cards = await rows<{ document: Buffer; document_sha256: string; profile: string }>(stage.db, `SELECT document, document_sha256, context->>'profile' AS profile FROM report_card WHERE state = 'accepted'`);
    assert.equal(cards.length, ours.length);
    for (const { document, document_sha256, profile } of cards) {
      assert.equal(profile, 'v1.1');
      const text = document.toString();
      assert.match(text, /^<HOC_BA><DU_LIEU_HOC_BA Id="data"><THONG_TIN_HOC_BA Id="thongtinhocba">/);
      assert.equal(text.match(/<SigningCertificateV2>/g)?.length, 3);
      const reading = readCard(document, 'v1.1');
      assert.ok(reading.ok);
      assert.deepEqual(reading.card.signatures.map(({ role }) => role), ['teacher', 'principal', 'seal']);
      assert.equal(createHash('sha256').update(document).digest('hex'), document_sha256);
    }
    assert.deepEqual(await badlyEnded(stage), []);
  });
});
