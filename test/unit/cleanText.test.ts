import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cleanText } from '../../formats/workbook/text.js';

const blanks = ['\t', '\n', '\r', '\v', '\f', ' ', '\u00A0', '\u1680', '\u2000', '\u2009', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000'];
const unseen = ['\u0000', '\u0007', '\u000E', '\u001F', '\u007F', '\uFFFE', '\uFFFF', '\uD800', '\uDC00', '\u200B', '\u200F', '\u2060', '\uFEFF', '\u00AD'];

describe('text of a cell', () => {
  test('that is as people mean it stays as it is', () => {
    for (const text of ['', 'Nguyễn Thị Đào', 'Hmông – 5A (2)', '𝒜 B', 'điểm KTĐK: 10']) assert.equal(cleanText(text), text);
  });
  test('every kind of blank, alone or in runs, becomes one blank, and none at the ends', () => {
    for (const blank of blanks) {
      assert.equal(cleanText(`Lê${blank}An`), 'Lê An');
      assert.equal(cleanText(`${blank}Lê ${blank} An${blank}`), 'Lê An');
    }
  });
  test('what nobody sees is gone', () => {
    for (const one of unseen) assert.equal(cleanText(`Lê${one} An`), 'Lê An', JSON.stringify(one));
  });
  test('decomposed letters are composed, and the Icelandic eth is the Vietnamese Đ', () => {
    assert.equal(cleanText('Nguyễn Ðào'.normalize('NFD')), 'Nguyễn Đào');
  });
});
