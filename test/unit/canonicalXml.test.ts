import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CARD_LIMITS } from '../../formats/card/limits.js';
import { scanCanonical, type CanonicalElement } from '../../formats/xml/canonical.js';
import type { XmlElement } from '../../formats/xml/element.js';
import { readStrict } from '../../formats/xml/strictReader.js';
import { seeded, signedCard } from '../support/cards.js';

const scan = (xml: string | Buffer) => scanCanonical(Buffer.from(xml as string), CARD_LIMITS);
const bare = ({ name, namespace, attributes, children, text }: XmlElement): XmlElement =>
  ({ name, namespace, attributes, text, children: children.map(bare) });
/** The strict reader keeps attributes in document order, as the canonical scan does. */
const sameTree = (canonical: CanonicalElement, bytes: Buffer): void => {
  const reading = readStrict(bytes, CARD_LIMITS);
  assert.ok(reading.ok, 'canonical bytes must be XML');
  assert.deepEqual(bare(canonical), bare(reading.root));
};

describe('the canonical scan', () => {
  test('reads a signed card as the XML parser does', () => {
    const card = signedCard({ cover: 'block' });
    const result = scan(card);
    assert.ok(result.canonical);
    sameTree(result.root, card);
  });

  const refused: [string, string][] = [
    ['an empty-element tag', '<a/>'], ['a declaration', '<?xml version="1.0"?><a></a>'], ['a comment', '<a><!----></a>'], ['CDATA', '<a><![CDATA[x]]></a>'],
    ['a DTD', '<!DOCTYPE a><a></a>'], ['a byte order mark', '\uFEFF<a></a>'], ['text after the root', '<a></a>\n'], ['a second root', '<a></a><b></b>'],
    ['a carriage return', '<a>\r</a>'], ['a carriage return by reference', '<a>&#xD;</a>'], ['a raw >', '<a>></a>'], ['a raw &', '<a>&</a>'], ['&quot; in text', '<a>&quot;</a>'],
    ['a numeric reference', '<a>&#65;</a>'], ['single quotes', "<a b='1'></a>"], ['two spaces', '<a  b="1"></a>'], ['a space before >', '<a ></a>'],
    ['a space in an end tag', '<a></a >'], ['unsorted attributes', '<a c="1" b="2"></a>'], ['an attribute twice', '<a b="1" b="2"></a>'],
    ['a needless declaration', '<a xmlns=""></a>'], ['a repeated declaration', '<a xmlns="urn:x"><b xmlns="urn:x"></b></a>'], ['a declaration behind an attribute', '<a b="1" xmlns="urn:x"></a>'],
    ['a prefix', '<p:a xmlns:p="urn:x"></p:a>'], ['an unused prefix', '<a xmlns:p="urn:x"></a>'], ['decomposed text', `<a>${'à'.normalize('NFD')}</a>`],
    ['crossed tags', '<a><b></a></b>'], ['an unclosed element', '<a><b></b>'], ['a control character', '<a>\u0001</a>'], ['nothing', ''],
  ];
  for (const [name, xml] of refused) test(`does not take ${name}`, () => assert.equal(scan(xml).canonical, false));

  test('never reads changed bytes in another way than the XML parser', () => {
    const card = signedCard({ seed: 7, cover: 'signature' });
    const next = seeded(20260607);
    const pieces = ['<', '>', '&', '"', ' ', '/', '=', '\t', '\n', '&amp;', '&gt;', '<a></a>', '<!--x-->', ' xmlns=""', ' a="1"', 'à', '\u0300'];
    let canonical = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const at = next(card.length);
      const piece = Buffer.from(pieces[next(pieces.length)] as string);
      const mutant = Buffer.concat([card.subarray(0, at), piece, card.subarray(at + next(3))]);
      const result = scanCanonical(mutant, CARD_LIMITS);
      if (!result.canonical) continue;
      canonical += 1;
      sameTree(result.root, mutant);
    }
    assert.ok(canonical > 100, `the mutants must not all be refused for one dull reason; ${canonical} were canonical`);
  });
});
