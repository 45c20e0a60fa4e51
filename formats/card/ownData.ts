import { hasForbiddenDecoded } from '../xml/text.js';
import type { CardFields } from './compose.js';
import type { Profile } from './profile.js';
import type { Read } from './readRecord.js';
import { GENERAL_FIELDS, HISTORY_FIELDS, SUBJECT_NAME_FIELDS, SUBJECT_RESULT_FIELDS, SUMMARY_FIELDS, TRAIT_FIELDS, type FieldRule, type SubjectTag } from './tags.js';

/**
 * Characters that are not plainly allowed and composed: only where one stands has the text to be looked at by slower means. Not found
 * are ASCII but for control characters, U+0080–U+02FF, U+1E00–U+1EFF (the Vietnamese letters) and U+2010–U+2027 (dashes, quotation
 * marks): none of them is changed by NFC in any company (Unicode's NFC_Quick_Check is "yes", combining class 0).
 */
const UNUSUAL = /[^\t\n\x20-\u02ff\u1e00-\u1eff\u2010-\u2027]/;
const REFERENCE = /&(?:amp|lt|gt);/g;
const REFERENCE_VALUES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

export type OwnData = {
  fields: CardFields;
  /** The content element (`profile.content`) by its place in the bytes; the whole where the layout has none. */
  content: { start: number; end: number };
};

class NotAsWritten extends Error {}

/**
 * Reads the DU_LIEU_HOC_BA of an own card, and only if its bytes are what `writeCard` could have written: our order of fields, no
 * attribute but our ids, the canonical escapes and nothing else, NFC. That is their canonical form, so nothing can be read here in two
 * ways. What the values say is `composeCard`'s question.
 * @param bytes valid UTF-8
 * @returns null for all else, which says nothing about whether it is XML
 */
export function readOwnData(bytes: Buffer, profile: Profile): OwnData | null {
  const source = bytes.toString('utf8');
  if (UNUSUAL.test(source) && (source.includes('\r') || hasForbiddenDecoded(source) || source.normalize('NFC') !== source)) return null;
  try {
    return new OwnReader(source, profile).read(bytes.length);
  } catch (fault) {
    if (fault instanceof NotAsWritten) return null;
    throw fault;
  }
}

class OwnReader {
  #at = 0;

  constructor(readonly source: string, readonly profile: Profile) {}

  read(length: number): OwnData {
    const { content } = this.profile;
    const open = content === null ? '' : `<${content.tag} ${this.profile.idAttribute}="${content.id}">`;
    const close = content === null ? '' : `</${content.tag}>`;
    const dataOpen = this.source.slice(0, this.source.indexOf('>') + 1);
    this.#expect(dataOpen + open);
    const fields = this.#fields();
    const cardId = fields.general.get('MA_TRA_CUU_UUID') ?? '';
    if (dataOpen !== `<DU_LIEU_HOC_BA ${this.profile.idAttribute}="${this.profile.dataId(cardId)}">`) throw new NotAsWritten();
    this.#expect(`${close}</DU_LIEU_HOC_BA>`);
    if (this.#at !== this.source.length) throw new NotAsWritten();
    return { fields, content: { start: dataOpen.length, end: length - '</DU_LIEU_HOC_BA>'.length } };
  }

  #fields(): CardFields {
    const general = this.#block('THONG_TIN_CHUNG', GENERAL_FIELDS);
    const cardId = general.get('MA_TRA_CUU_UUID') ?? '';
    return {
      general,
      history: this.#many('QUA_TRINH_HOC_TAP', () => this.#block('QUA_TRINH_HOC_TAP', HISTORY_FIELDS)),
      subjects: this.#scores(cardId),
      traits: this.#block('DANH_GIA_NANG_LUC_PHAM_CHAT', TRAIT_FIELDS),
      summary: this.#block('TONG_KET', SUMMARY_FIELDS),
    };
  }

  #scores(cardId: string): Read<SubjectTag>[] {
    this.#expect('<BANG_DIEM>');
    const subjects = this.#many('MON_HOC', () => this.#subject(cardId));
    this.#expect('</BANG_DIEM>');
    return subjects;
  }

  #subject(cardId: string): Read<SubjectTag> {
    const { result, idAttribute } = this.profile;
    const values = new Map<SubjectTag, string>();
    this.#expect('<MON_HOC>');
    this.#values(SUBJECT_NAME_FIELDS, values);
    if (result !== null) this.#expect(`<${result.tag} ${idAttribute}="${result.id(values.get('MA_MON_HOC') ?? '', cardId)}">`);
    this.#values(SUBJECT_RESULT_FIELDS, values);
    this.#expect(result === null ? '</MON_HOC>' : `</${result.tag}></MON_HOC>`);
    return values;
  }

  #many<One>(tag: string, read: () => One): One[] {
    const found: One[] = [];
    const open = `<${tag}>`;
    while (this.source.startsWith(open, this.#at)) found.push(read());
    return found;
  }

  #block<Tag extends string>(name: string, rules: readonly (FieldRule & { tag: Tag })[]): Read<Tag> {
    const values = new Map<Tag, string>();
    this.#expect(`<${name}>`);
    this.#values(rules, values);
    this.#expect(`</${name}>`);
    return values;
  }

  /** Fields in the order in which we write them; one that is missing and mandatory is no card of ours. */
  #values<Tag extends string>(rules: readonly (FieldRule & { tag: Tag })[], into: Map<Tag, string>): void {
    const { source } = this;
    for (const { tag, mandatory, open, close } of markupOf(rules)) {
      if (!source.startsWith(open, this.#at)) {
        if (mandatory) throw new NotAsWritten();
        continue;
      }
      const start = this.#at + open.length;
      const end = source.indexOf('<', start);
      if (end <= start || !source.startsWith(close, end)) throw new NotAsWritten();
      const value = valueOf(source.slice(start, end));
      if (mandatory && value.trim() === '') throw new NotAsWritten();
      into.set(tag, value);
      this.#at = end + close.length;
    }
  }

  #expect(markup: string): void {
    if (!this.source.startsWith(markup, this.#at)) throw new NotAsWritten();
    this.#at += markup.length;
  }
}

function valueOf(raw: string): string {
  if (raw.includes('>')) throw new NotAsWritten();
  if (!raw.includes('&')) return raw;
  if (raw.replace(REFERENCE, '').includes('&')) throw new NotAsWritten();
  return raw.replace(REFERENCE, (reference) => REFERENCE_VALUES[reference] as string);
}

type Markup<Tag extends string> = { tag: Tag; mandatory: boolean; open: string; close: string };
/** The lists of rules are constants: their tags are put together once. */
const markups = new WeakMap<readonly FieldRule[], readonly Markup<string>[]>();

function markupOf<Tag extends string>(rules: readonly (FieldRule & { tag: Tag })[]): readonly Markup<Tag>[] {
  const known = markups.get(rules) ?? rules.map(({ tag, mandatory }) => ({ tag, mandatory, open: `<${tag}>`, close: `</${tag}>` }));
  markups.set(rules, known);
  return known as readonly Markup<Tag>[];
}
