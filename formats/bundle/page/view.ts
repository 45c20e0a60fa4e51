import type { Bundle } from '../bundle.js';
import { checkBundle, type Line, type Report } from './check.js';

/** The little of the DOM that is used; the project compiles without a browser's types. */
type Part = { textContent: string | null; className: string; append: (...parts: (Part | string)[]) => void; replaceChildren: (...parts: Part[]) => void };
type Page = { getElementById: (id: string) => Part | null; createElement: (name: string) => Part };

const FACTS: readonly (readonly [string, string])[] = [
  ['HO_VA_TEN', 'Học sinh'], ['TEN_LOP', 'Lớp'], ['TEN_TRUONG', 'Trường'], ['TEN_XA_PHUONG', 'Xã, phường'], ['TEN_TINH_THANH_PHO', 'Tỉnh, thành phố'], ['TEN_NAM_HOC', 'Năm học'], ['MA_TRA_CUU_UUID', 'Mã tra cứu'],
];
const MARKS = { proven: 'Đúng', false: 'SAI', stated: 'Sở xác nhận', absent: 'Không có' } as const satisfies Record<Line['kind'], string>;

/** Reads the file's own data block, checks it and says what came of it. */
export async function showBundle(page: Page): Promise<void> {
  const element = (name: string, text: string, className = ''): Part => {
    const part = page.createElement(name);
    part.textContent = text;
    part.className = className;
    return part;
  };
  const verdict = page.getElementById('ket-luan');
  const read = async (): Promise<Report> => checkBundle(JSON.parse(page.getElementById('goi')?.textContent ?? '') as Bundle);
  const report = await read().catch((fault: unknown): Report => ({
    kind: 'false', card: null, statement: null, lines: [{ label: 'Tệp', kind: 'false', text: `Không kiểm tra được tệp này: nội dung đã hỏng (${fault instanceof Error ? fault.name : 'không rõ'}).` }],
  }));
  if (verdict !== null) {
    verdict.className = `verdict ${report.kind === 'proven' ? 'good' : 'bad'}`;
    verdict.textContent = report.kind === 'proven' ? 'HỌC BẠ NGUYÊN VẸN' : 'HỌC BẠ KHÔNG HỢP LỆ';
  }
  page.getElementById('kiem-tra')?.replaceChildren(...report.lines.map(({ label, kind, text }) => {
    const row = element('tr', '', kind);
    row.append(element('th', label), element('td', MARKS[kind], 'mark'), element('td', text));
    return row;
  }));
  const { card } = report;
  // What is not proven is not shown: a changed name must not look like a finding.
  if (card === null || report.kind !== 'proven') return;
  page.getElementById('hoc-ba')?.replaceChildren(...FACTS.map(([tag, label]) => {
    const row = element('tr', '');
    row.append(element('th', label), element('td', card.value(tag)));
    return row;
  }));
  page.getElementById('du-lieu')?.replaceChildren(...card.values.map(({ tag, value }) => {
    const row = element('tr', '');
    row.append(element('th', tag), element('td', value));
    return row;
  }));
}
