import type { VNode } from 'preact';
import { TIMELINESS, TIMELINESS_CODES, type Timeliness } from '../../../domain/timeliness.js';
import { Rate } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';

/** On time, late, not yet, and by whose it is; the lines add up to the denominator. */
export function Timely({ timely, expected }: { timely: Timeliness; expected: number }): VNode {
  return (
    <>
      <DataTable caption="Đúng hạn, trễ hạn" hideCaption rows={TIMELINESS_CODES.filter((code) => timely[code] > 0)} empty="Chưa có học bạ nào." columns={[
        { label: 'Hạn', kind: 'head', cell: (code) => TIMELINESS[code].name }, { label: 'Học bạ', kind: 'number', cell: (code) => formatNumber(timely[code]) },
        { label: 'Trong số phải có', kind: 'number', cell: (code) => <Rate numerator={timely[code]} denominator={expected} /> }, { label: 'Nghĩa là', cell: (code) => TIMELINESS[code].sentence },
      ]} total={['Phải có', formatNumber(TIMELINESS_CODES.reduce((sum, code) => sum + timely[code], 0)), '', 'Phần việc của trường xong khi ký số phát hành; Kho hay hệ thống của Sở chậm không làm trường nào trễ hạn.']} />
    </>
  );
}
