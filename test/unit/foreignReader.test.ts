import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DOMParser } from '@xmldom/xmldom';
import { C14nCanonicalization, ExclusiveCanonicalization } from 'xml-crypto';
import { canonicalForm, type Canonicalization } from '../../formats/xml/canonicalization.js';
import { readNamespaced, readParsed, type NamespacedElement } from '../../formats/xml/namespaceReader.js';
import { readPlain } from '../../formats/xml/plainReader.js';
import { signedCard } from '../support/cards.js';
import { foreignCard, plainRoles } from '../support/foreignCards.js';
import { mutantRun } from '../support/mutants.js';

const LIMITS = { maxBytes: 1_000_000, maxDepth: 24, maxAttributes: 24, maxElements: 8_000 };
const NO_CONTEXT = new Map<string, string>();

/** All of a tree but its links to parents, which are checked on the way. */
function bare(element: NamespacedElement, parent: NamespacedElement | null = null): object {
  assert.equal(element.parent, parent);
  const { name, prefix, namespace, text, start, innerStart, innerEnd, end } = element;
  return {
    name, prefix, namespace, text, start, innerStart, innerEnd, end,
    attributes: element.attributes.map((one) => ({ ...one })), declared: element.declared.map((one) => [...one]),
    children: element.children.length, content: element.content.map((part) => (typeof part === 'string' ? part : bare(part, element))),
  };
}

describe('the fast path', () => {
  const documents = [
    foreignCard({ indent: true, crlf: true, roles: plainRoles({ prefix: 'ds:', time: 'xades' }) }).toString(),
    '<a xmlns="urn:1" xmlns:p="urn:2" p:x=\'1\' x="2"><p:b xmlns:p="urn:3" y="&#10;&lt;é">t&#13;&amp;ế</p:b>\r\n<c/></a>',
    '<?xml version="1.0" encoding="utf-8"?>\n<r a="b"><s>x</s></r>\n',
  ];

  test('is taken by the cards of every kind we know', () => {
    for (const card of [...documents, signedCard().toString(), foreignCard().toString()]) assert.ok(readPlain(card, LIMITS, NO_CONTEXT) !== null);
  });

  test('says "unknown" or what the parser says, of changed documents too', (test) => {
    const { rounds, next } = mutantRun(test, 6_000, 20260622);
    const pieces = [
      '<', '>', '&', '"', '\'', ' ', '/', '=', '\t', '\n', '\r', '&amp;', '&#65;', '&#x301;', '&#0;', '&#xD800;', '<a></a>', '<a/>', '<!--x-->', '<![CDATA[y]]>', '<?z?>',
      ' xmlns=""', ' xmlns:p="urn:2"', ' xmlns:q=""', ' p:x="1"', ' a="1"', ' xml:id="1"', ':', '-', '.', '1', 'é', '\u0301', '\u0338', ']]>', '\uFFFE', '\u0001', 'p:', '</a>',
    ];
    let read = 0;
    for (let round = 0; round < rounds; round += 1) {
      let mutant = documents[round % 10 === 0 ? 0 : 1 + round % 2] as string;
      for (let changes = next(3); changes >= 0; changes -= 1) {
        const at = next(mutant.length);
        mutant = mutant.slice(0, at) + (pieces[next(pieces.length)] as string) + mutant.slice(at + next(3));
      }
      mutant = Buffer.from(mutant).toString();
      const plain = readPlain(mutant, LIMITS, NO_CONTEXT);
      if (plain === null) continue;
      read += 1;
      const { root, faults } = readParsed(mutant, LIMITS, NO_CONTEXT);
      assert.deepEqual(faults, [], mutant);
      assert.deepEqual(bare(plain), bare(root), mutant);
    }
    assert.ok(read > rounds / 20, `the mutants must not all be unknown for one dull reason; ${read} were read`);
    test.diagnostic(`${read} read, ${rounds - read} unknown`);
  });
});

describe('canonicalisation', () => {
  const forms = (xml: string, method: Canonicalization): [string, string] => {
    const reading = readNamespaced(Buffer.from(xml), LIMITS);
    assert.ok(reading.ok);
    const node = new DOMParser().parseFromString(xml).documentElement as never;
    const witness = method.kind === 'inclusive'
      ? new C14nCanonicalization().process(node, {})
      : new ExclusiveCanonicalization().process(node, { inclusiveNamespacesPrefixList: [...method.prefixes] });
    return [canonicalForm(reading.root, method, { top: reading.root, outside: NO_CONTEXT }), witness];
  };
  const documents: [string, string][] = [
    ['a card of another vendor', foreignCard({ indent: true, crlf: true, roles: plainRoles({ prefix: 'ds:', time: 'no-namespace' }) }).toString()],
    ['a card of ours', signedCard({ cover: 'block' }).toString()],
    ['attributes of several namespaces', '<r xmlns:b="urn:b" xmlns:a="urn:a" b:x="1" a:y="2" z="3" c="4"/>'],
    ['declarations that come and go', '<r xmlns="urn:1"><s xmlns=""><t xmlns="urn:1"/></s></r>'],
    ['a prefix bound anew and back', '<p:r xmlns:p="urn:1"><p:s xmlns:p="urn:2"><p:t xmlns:p="urn:1"/></p:s></p:r>'],
    ['needless declarations', '<r xmlns:p="urn:1"><p:s xmlns:p="urn:1"/><q:t xmlns:q="urn:1"/></r>'],
    ['values with references', '<r a="&#9;&#10;&#13;&quot;&lt;&amp;&gt;\'">&#13;&lt;&gt;&amp;"\'é𠀋</r>'],
    ['white space in attributes', '<r a="x\ty\r\nz"/>'],
  ];
  for (const [name, xml] of documents) {
    test(`gives of ${name} what xml-crypto gives`, () => {
      for (const method of [{ kind: 'inclusive' }, { kind: 'exclusive', prefixes: [] }] as const) assert.equal(...forms(xml, method));
    });
  }

  test('follows a PrefixList, #default too, and imports what is in scope around the apex', () => {
    const reading = readNamespaced(Buffer.from('<x:r xmlns:x="urn:x" xmlns="urn:d" xmlns:q="urn:q"><a><x:b q:c="1"/></a></x:r>'), LIMITS);
    assert.ok(reading.ok);
    const apex = reading.root.children[0] ?? assert.fail();
    const form = (method: Canonicalization): string => canonicalForm(apex, method, { top: reading.root, outside: NO_CONTEXT });
    assert.equal(form({ kind: 'inclusive' }), '<a xmlns="urn:d" xmlns:q="urn:q" xmlns:x="urn:x"><x:b q:c="1"></x:b></a>');
    assert.equal(form({ kind: 'exclusive', prefixes: [] }), '<a xmlns="urn:d"><x:b xmlns:q="urn:q" xmlns:x="urn:x" q:c="1"></x:b></a>');
    assert.equal(form({ kind: 'exclusive', prefixes: ['q', 'none'] }), '<a xmlns="urn:d" xmlns:q="urn:q"><x:b xmlns:x="urn:x" q:c="1"></x:b></a>');
    const prefixed = apex.children[0] ?? assert.fail();
    assert.equal(canonicalForm(prefixed, { kind: 'exclusive', prefixes: [''] }, { top: reading.root, outside: NO_CONTEXT }), '<x:b xmlns="urn:d" xmlns:q="urn:q" xmlns:x="urn:x" q:c="1"></x:b>');
    assert.equal(canonicalForm(apex, { kind: 'inclusive' }, { top: apex, outside: new Map([['', 'urn:d']]) }), '<a xmlns="urn:d"><x:b q:c="1"></x:b></a>');
  });
});
