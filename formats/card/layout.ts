import { childrenNamed, type XmlElement } from '../xml/element.js';
import { BLOCK_ROLES, ROLE_TAGS, SUBJECT_TEACHER_LIST, type BlockRole, type Profile } from './profile.js';
import { assertContainer, CardFormatFault, exactlyOne, sortChildren } from './readFields.js';

/** The parts of a HOC_BA by its profile's layout, of whatever kind of element the reader makes. */
export type CardParts<E extends XmlElement> = {
  /** DU_LIEU_HOC_BA. */
  data: E;
  /** What holds the blocks: the data itself, or THONG_TIN_HOC_BA. */
  content: E;
  /** Each subject's result that a subject teacher may have signed; none where the layout has no such element. */
  results: E[];
  /** In the order in which they stand, which is that of signing. */
  blocks: { role: BlockRole; element: E }[];
};

/**
 * Takes a HOC_BA apart. The data and the holders of signatures may stand in any order; the role blocks stand in the order of signing,
 * each at most once but for subject teachers (spec §2).
 * @throws CardFormatFault
 */
export function cardParts<E extends XmlElement>(root: E, profile: Profile): CardParts<E> {
  if (root.name !== 'HOC_BA' || root.namespace !== '') throw new CardFormatFault('unknown-root', root.name);
  assertContainer(root);
  const parts = sortChildren(root, ['DU_LIEU_HOC_BA', ...profile.holders.map(({ tag }) => tag)]);
  const part = (tag: string): E => exactlyOne(parts[tag] ?? [], tag) as E;
  const data = part('DU_LIEU_HOC_BA');
  assertContainer(data);
  const content = profile.content === null ? data : exactlyOne(sortChildren(data, [profile.content.tag])[profile.content.tag] ?? [], profile.content.tag) as E;
  assertContainer(content);
  const { result } = profile;
  const scores = childrenNamed(content, 'BANG_DIEM').flatMap((table) => childrenNamed(table, 'MON_HOC'));
  return {
    data, content,
    results: result === null ? [] : scores.flatMap((subject) => childrenNamed(subject, result.tag)),
    blocks: inOrder(profile.holders.flatMap(({ tag, roles }) => {
      // Only subject and homeroom teachers stand there, and a card without both has nothing to put into it.
      if (parts[tag]?.length === 0 && !roles.some((role) => profile.roles[role]?.mandatory)) return [];
      return blocksIn(part(tag), roles);
    })),
  };
}

function blocksIn<E extends XmlElement>(holder: E, roles: readonly BlockRole[]): CardParts<E>['blocks'] {
  assertContainer(holder);
  return (holder.children as E[]).flatMap((element) => {
    if (element.name === SUBJECT_TEACHER_LIST && roles.includes('subjectTeacher')) return subjectTeachers(element, holder);
    const role = roles.find((one) => one !== 'subjectTeacher' && ROLE_TAGS[one] === element.name);
    if (role === undefined) throw new CardFormatFault('unknown-block', element.name);
    return [{ role, element }];
  });
}

function subjectTeachers<E extends XmlElement>(list: E, holder: E): CardParts<E>['blocks'] {
  assertContainer(list);
  if (childrenNamed(holder, list.name).length > 1) throw new CardFormatFault('duplicate', list.name);
  // Asked here and not among the blocks: an empty list after the homeroom teacher would leave no trace there.
  if (holder.children[0] !== list) throw new CardFormatFault('role-order', list.name);
  return (sortChildren(list, [ROLE_TAGS.subjectTeacher])[ROLE_TAGS.subjectTeacher] as E[]).map((element) => ({ role: 'subjectTeacher', element }));
}

function inOrder<E extends XmlElement>(blocks: CardParts<E>['blocks']): CardParts<E>['blocks'] {
  let last = -1;
  for (const { role, element } of blocks) {
    const place = BLOCK_ROLES.indexOf(role);
    if (place === last && role !== 'subjectTeacher') throw new CardFormatFault('duplicate', element.name);
    if (place < last) throw new CardFormatFault('role-order', element.name);
    last = place;
  }
  return blocks;
}
