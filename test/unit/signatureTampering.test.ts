import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COVERS, type Cover } from '../../domain/card.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { anchors, seeded, signedCard } from '../support/cards.js';

const verify = (card: Buffer | string, cover: Cover) => verifyCard({ card: Buffer.from(card as string), policy: { kind: 'own', profile: 'v1.0', cover }, anchors });
const roleBlock = (card: string, tag: string): string => new RegExp(`<${tag}[ >].*</${tag}>`).exec(card)?.[0] ?? assert.fail(`no ${tag}`);

for (const cover of COVERS) {
  describe(`under cover ${cover}`, () => {
    const card = signedCard({ seed: 3, cover }).toString();

    test('every single changed level, score and remark is refused', () => {
      const values = [...card.matchAll(/<(MUC_DAT_DUOC|DIEM_KIEM_TRA_DINH_KY|NANG_LUC_\w+|PHAM_CHAT_\w+|NHAN_XET_\w+|KET_QUA_XEP_LOAI|DUOC_LEN_LOP)>([^<]*)</g)];
      assert.ok(values.length > 35, `${values.length} values`);
      for (const found of values) {
        const [whole, tag, value] = found as unknown as [string, string, string];
        const others: Record<string, string> = { T: 'H', H: 'T', Đ: 'T', HT: 'HTT', HTT: 'HTXS', HTXS: 'HT', 1: '0', 10: '9' };
        const other = tag.startsWith('NANG') || tag.startsWith('PHAM') ? (value === 'T' ? 'Đ' : 'T') : others[value] ?? (/^\d$/.test(value) ? String(Number(value) + 1) : `${value}.`);
        const changed = card.slice(0, found.index) + whole.replace(`>${value}<`, () => `>${other}<`) + card.slice(found.index + whole.length);
        assert.ok(changed !== card, tag);
        assert.deepEqual([tag, verify(changed, cover).code], [tag, 'data-changed']);
      }
    });

    test('every single removed element of the data is refused', () => {
      const tags = new Set([...card.slice('<HOC_BA>'.length, card.indexOf('<DANH_SACH_THONG_TIN_KY>')).matchAll(/<([A-Z_]+)[ >]/g)].map((found) => found[1] as string));
      for (const tag of tags) {
        const removed = card.replace(new RegExp(`<${tag}[ >][^]*?</${tag}>`), '');
        assert.ok(removed.length < card.length, tag);
        assert.equal(verify(removed, cover).verdict, 'invalid', tag);
      }
    });

    test('every removed, repeated or moved role block is refused', () => {
      const [teacher, principal, seal] = ['GVCN', 'CBQL', 'KY_PHAT_HANH'].map((tag) => roleBlock(card, tag)) as [string, string, string];
      assert.equal(verify(card.replace(teacher, ''), cover).code, 'role-order');
      assert.equal(verify(card.replace(principal, ''), cover).code, 'role-order');
      assert.equal(verify(card.replace(seal, ''), cover).code, 'role-missing');
      assert.equal(verify(card.replace(seal, seal + seal), cover).code, 'role-order');
      assert.equal(verify(card.replace(teacher + principal, principal + teacher), cover).code, 'role-order');
      assert.equal(verify(card.replace(teacher + principal + seal, ''), cover).code, 'role-missing');
    });

    test('no value of a role block can be changed', () => {
      const edits: [RegExp, string][] = [
        [/<NGAY_KY>2026/, '<NGAY_KY>2025'], [/<SigningTime>2026/, '<SigningTime>2025'], [/<SO_CCCD>0991850/, '<SO_CCCD>0991851'],
        [/<SO_CCCD>099185000001<\/SO_CCCD>/, ''], [/UID=CCCD:/, 'UID=CCCD: '], [/Target="#/, 'Target="'], [/<KeyInfo>.*?<\/KeyInfo>/, ''],
        [/<Object>.*?<\/Object>/, ''], [/<SignatureValue>./, '<SignatureValue>'], [/<SignatureValue>.*?<\/SignatureValue>/, ''],
        [/<DigestValue>.*?<\/DigestValue>/, '<DigestValue></DigestValue>'], [/<SignatureValue>/, '<SignatureValue> '],
      ];
      for (const tag of ['GVCN', 'CBQL', 'KY_PHAT_HANH']) {
        const block = roleBlock(card, tag);
        for (const [pattern, replacement] of edits) {
          const changed = block.replace(pattern, replacement);
          if (changed === block) continue;
          assert.equal(verify(card.replace(block, () => changed), cover).verdict, 'invalid', `${tag} ${String(pattern)}`);
        }
      }
      const timed = card.replace(/<NGAY_KY>2026-06-01T08:15/, '<NGAY_KY>2026-06-01T08:14').replace(/<SigningTime>2026-06-01T08:15/, '<SigningTime>2026-06-01T08:14');
      assert.equal(verify(timed, cover).code, 'signing-time-changed');
    });

    test('no seeded change of bytes anywhere passes', () => {
      const bytes = Buffer.from(card);
      const next = seeded(99);
      for (let round = 0; round < 400; round += 1) {
        const at = next(bytes.length);
        const mutant = Buffer.from(bytes);
        mutant[at] = ((mutant[at] as number) + 1 + next(254)) % 256;
        if (mutant.equals(bytes)) continue;
        assert.equal(verifyCard({ card: mutant, policy: { kind: 'own', profile: 'v1.0', cover }, anchors }).verdict, 'invalid', `byte ${at}, round ${round}`);
      }
    });
  });
}
