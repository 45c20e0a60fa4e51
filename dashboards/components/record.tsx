import type { VNode } from 'preact';
import {
  COMPETENCE_CODES, COMPETENCES, QUALITIES, QUALITY_CODES, SUBJECTS, TRAIT_LEVELS, type OverallResult, type PupilRecord, type TraitLevel,
} from '../../domain/record.js';
import { Badge } from './parts.js';

const RESULT_KIND = { HTXS: 'good', HTT: 'good', HT: 'info', CHT: 'bad' } as const satisfies Record<OverallResult, string>;
export const ResultBadge = ({ result }: { result: OverallResult }): VNode => <Badge kind={RESULT_KIND[result]}>{result}</Badge>;

/** Every subject's level and test, short: the teacher knows the letters. */
export function Marks({ record }: { record: PupilRecord }): VNode {
  return (
    <dl class="marks">
      {record.subjects.map(({ subject, level, test }) => (
        <div key={subject} class={level === 'C' ? 'mark-bad' : undefined}><dt>{SUBJECTS[subject].name}</dt><dd>{level}{test !== null && <b> {test}</b>}</dd></div>
      ))}
    </dl>
  );
}

/** Competences and qualities by level, the weakest first, so that what differs stands out. */
export function Traits({ record }: { record: PupilRecord }): VNode {
  const named: { name: string; level: TraitLevel | null }[] = [
    ...COMPETENCE_CODES.map((code) => ({ name: COMPETENCES[code].name, level: record.competences[code] })),
    ...QUALITY_CODES.map((code) => ({ name: QUALITIES[code], level: record.qualities[code] })),
  ];
  return (
    <dl class="traits">
      {(['C', 'Đ', 'T'] as const).map((level) => {
        const names = named.filter((one) => one.level === level).map((one) => one.name);
        return names.length === 0 ? null : <div key={level} class={level === 'C' ? 'mark-bad' : undefined}><dt>{TRAIT_LEVELS[level]} ({names.length})</dt><dd>{names.join(', ')}</dd></div>;
      })}
    </dl>
  );
}

export function Remarks({ record: { remarks } }: { record: PupilRecord }): VNode {
  return (
    <dl class="remarks">
      <div><dt>Phẩm chất</dt><dd>{remarks.qualities}</dd></div>
      <div><dt>Năng lực chung</dt><dd>{remarks.generalCompetences}</dd></div>
      <div><dt>Năng lực đặc thù</dt><dd>{remarks.specificCompetences}</dd></div>
      <div><dt>GVCN</dt><dd>{remarks.teacher}</dd></div>
    </dl>
  );
}
