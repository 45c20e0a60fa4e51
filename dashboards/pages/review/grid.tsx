import type { VNode } from 'preact';
import { SUBJECT_CODES, SUBJECTS, type PupilRecord, type SubjectCode } from '../../../domain/record.js';
import type { ReviewPupil } from '../../../domain/sheets/review.js';

/** Short heads, as in the paper table teachers know. */
const SHORT = {
  TV: 'T.Việt', TOAN: 'Toán', NN1: 'NN1', DD: 'Đ.đức', TNXH: 'TN&XH', LSDL: 'LS&ĐL', KH: 'Khoa học', TIN: 'Tin', CN: 'C.nghệ', GDTC: 'GDTC', AN: 'Nhạc',
  MT: 'M.thuật', HDTN: 'HĐTN', TDT: 'T.DT',
} as const satisfies Record<SubjectCode, string>;

/** The class in one table, for comparing pupils; scrolls sideways inside its own frame. */
export function ClassGrid({ pupils }: { pupils: readonly ReviewPupil[] }): VNode {
  const withRecord = pupils.filter((pupil): pupil is ReviewPupil & { record: PupilRecord } => pupil.record !== null);
  const subjects = SUBJECT_CODES.filter((code) => withRecord.some((pupil) => pupil.record.subjects.some((one) => one.subject === code)));
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Bảng tổng hợp cả lớp">
      <table class="grid">
        <caption class="sr-only">Mức đạt được và điểm kiểm tra của cả lớp</caption>
        <thead><tr><th scope="col">Học sinh</th>{subjects.map((code) => <th key={code} scope="col"><abbr title={SUBJECTS[code].name}>{SHORT[code]}</abbr></th>)}<th scope="col">KQ</th></tr></thead>
        <tbody>{withRecord.map(({ pupilId, fullName, record }) => (
          <tr key={pupilId}>
            <th scope="row">{fullName}</th>
            {subjects.map((code) => {
              const found = record.subjects.find((one) => one.subject === code);
              return <td key={code}>{found === undefined ? '' : found.test === null ? found.level : `${found.level} ${found.test}`}</td>;
            })}
            <td>{record.summary.result}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}
