import { profileOf, profileOfVersion, type BlockRole, type Profile } from '../card/profile.js';
import { cardParts, type CardParts } from '../card/layout.js';
import { interpretCard, type ReadCard } from '../card/interpret.js';
import { CardFormatFault } from '../card/readFields.js';
import { recordFaults } from '../../domain/recordRules.js';
import type { ProfileCode } from '../../domain/card.js';
import { onlyChild, type XmlElement } from '../xml/element.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import { about, ForeignFault } from './codes.js';
import { indexIds, type IdIndex } from './ids.js';
import { MAX_CARD_REFERENCES } from './limits.js';
import { covers, resolveReferences, type Resolved } from './references.js';
import { readSignature, type ForeignSignature } from './signatureShape.js';
import { signingTimeOf, type SigningTime } from './signingTime.js';

/** One role block with its Signature taken apart; nothing in it is verified yet. */
export type ForeignBlock = {
  role: BlockRole;
  element: NamespacedElement;
  /** NGAY_KY as written. */
  stated: string | null;
  /** SO_CCCD as written. */
  personalNumber: string | null;
  signature: ForeignSignature;
  references: readonly Resolved[];
  time: SigningTime;
};

export type CardShape = {
  element: NamespacedElement;
  profile: Profile;
  parts: CardParts<NamespacedElement>;
  ids: IdIndex;
  blocks: readonly ForeignBlock[];
  content: ReadCard;
};

/**
 * Reads a HOC_BA by the campaign's profile; without one, by the PHIEN_BAN that is then among what every signature must cover. Never by
 * the shape: a card that states another version than the campaign's is refused, so that no newer card can be passed off as an older.
 * @throws ForeignFault
 */
export function readCardShape(element: NamespacedElement, wanted: ProfileCode | null): CardShape {
  const ids = indexIds(element);
  const profile = profileFor(element, wanted);
  try {
    const content = interpretCard(element, profile);
    const parts = cardParts(element, profile);
    const blocks = parts.blocks.map((block, place) => about(block.role, () => readBlock(block, content.signatures[place], parts, profile, ids)));
    if (blocks.reduce((sum, { references }) => sum + references.length, 0) > MAX_CARD_REFERENCES) throw new ForeignFault('too-many-references');
    return { element, profile, parts, ids, blocks, content };
  } catch (fault) {
    throw fault instanceof CardFormatFault ? new ForeignFault(fault.code, fault.tag) : fault;
  }
}

function profileFor(root: XmlElement, wanted: ProfileCode | null): Profile {
  const version = generalField(root, 'PHIEN_BAN');
  if (wanted === null && version === null) throw new ForeignFault(root.name === 'HOC_BA' ? 'missing-field' : 'unknown-root', 'PHIEN_BAN');
  const profile = wanted === null ? profileOfVersion(version as string) : profileOf(wanted);
  // Asked before the layout: "another version" says more to a vendor than the first tag that does not fit.
  if (profile === null || (version !== null && version !== profile.version)) throw new ForeignFault('profile-unsupported', 'PHIEN_BAN');
  return profile;
}

/** A field of THONG_TIN_CHUNG where either layout has it, believed by nobody before the card has verified. */
export function generalField(root: XmlElement, tag: string): string | null {
  const data = onlyChild(root, 'DU_LIEU_HOC_BA');
  const holder = data && (onlyChild(data, 'THONG_TIN_HOC_BA') ?? data);
  const general = holder && onlyChild(holder, 'THONG_TIN_CHUNG');
  return (general && onlyChild(general, tag))?.text ?? null;
}

function readBlock(
  { role, element }: CardParts<NamespacedElement>['blocks'][number], stated: ReadCard['signatures'][number] | undefined,
  parts: CardParts<NamespacedElement>, profile: Profile, ids: IdIndex,
): ForeignBlock {
  const signature = readSignature(element.children.find(({ name }) => name === 'Signature') as NamespacedElement);
  const references = resolveReferences(signature, ids);
  const regions = regionsOf(role, parts, profile);
  if (!regions.some((region) => covers(references, region))) throw new ForeignFault('data-not-covered', element.name);
  const time = signingTimeOf(signature, references, ids);
  if (time === null) throw new ForeignFault('time-missing');
  return { role, element, signature, references, time, stated: stated?.signedAt ?? null, personalNumber: stated?.personalNumber ?? null };
}

/** The regions one of which a role must cover: a subject teacher any subject's result, everyone else the one region of the profile. */
function regionsOf(role: BlockRole, parts: CardParts<NamespacedElement>, profile: Profile): readonly NamespacedElement[] {
  switch (profile.roles[role]?.region) {
    case 'result': return parts.results;
    case 'content': return [parts.content];
    case 'data': return [parts.data];
    case undefined: throw new CardFormatFault('unknown-block', role);
  }
}

/** A broken rule of the value sets (spec §2.2), by the Ministry's tag where one is known; never the value itself. */
export function assertRecord({ content: { data, unknownSubjects } }: CardShape): void {
  const known = recordFaults(data.record, data.class.grade, data.schoolYear)
    // A subject our catalogue has no code for may be the one that seems to be missing, and counts in the overall result (spec §2).
    .filter(({ rule }) => unknownSubjects.length === 0 || (rule !== 'subject-missing' && rule !== 'result-mismatch'));
  const [first] = known;
  if (first !== undefined) throw new ForeignFault('record-rule', first.field);
}
