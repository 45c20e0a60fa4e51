import path from 'node:path';

/** What the demo prints at its end: English with the Vietnamese terms. */
export function demoReport({ hub, world, played, summary, exit }) {
  return [
    '', completion(played.standing), '', held(summary.held), '',
    `Kho ledger = ours: ${summary.ledger.kho}/${summary.ledger.ours}${summary.ledgerEqual ? '' : '  NOT EQUAL'}`,
    '', `Report (báo cáo tiến độ): ${summary.report}`,
    ...(summary.card ? ['', card(hub, summary.card)] : []),
    '', exit ? `The campaign is ended (kết thúc đợt) after ${summary.seconds} s.` : invitation({ hub, world, played }), '',
  ].join('\n');
}

function completion({ schools, counts }) {
  const heads = ['School (trường)', 'Expected (phải có)', 'Reviewed (GVCN ký)', 'Signed (ký duyệt)', 'Sealed (ký số)', 'Accepted (Kho nhận)', 'Held (giữ lại)'];
  const line = (name, c) => [name, c.expected, c.reviewed, c.signed, c.sealed, c.accepted, c.held + c.exempt].map(String);
  return table([heads, ...schools.map((school) => line(school.schoolName, school.counts)), line('All (tổng cộng)', counts)]);
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) => `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}`.trimEnd()).join('\n');
}

const reasons = {
  no_personal_number: 'no personal number yet (chưa có số định danh cá nhân)',
  foreign_pupil: 'foreign pupil (quốc tịch nước ngoài)',
  awaiting_reassessment: 'to be assessed again in summer (chờ đánh giá lại trong hè)',
};

const held = (byReason) => Object.keys(byReason).length === 0
  ? 'Nobody is held (chưa đủ điều kiện phát hành).'
  : `Held (chưa đủ điều kiện phát hành), each with its reason:\n${Object.entries(byReason).map(([reason, count]) => `  ${String(count).padStart(4)}  ${reasons[reason] ?? reason}`).join('\n')}`;

function card(hub, file) {
  const anchors = hub.env.common.HUB_TRUST_ANCHORS;
  const forged = path.join(path.dirname(file), 'hoc-ba-bi-sua-diem.xml');
  return [
    'One signed report card (học bạ), checked offline; then the same with one grade changed, which must fail:',
    `  npx hub card verify ${file} --anchors ${anchors}`,
    `  npx hub card verify ${forged} --anchors ${anchors}`,
  ].join('\n');
}

function invitation() {
  return '';
}
