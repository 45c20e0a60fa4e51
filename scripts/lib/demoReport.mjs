import path from 'node:path';

/** What the demo prints at its end: English with the Vietnamese terms. */
export function demoReport({ hub, played, summary }) {
  return [
    '', completion(played.standing), '', held(summary.held), '',
    `Kho ledger = ours: ${summary.ledger.kho}/${summary.ledger.ours}${summary.ledgerEqual ? '' : '  NOT EQUAL'}`,
    '', `Report (báo cáo tiến độ): ${summary.report}`,
    ...(summary.card ? ['', card(hub, summary.card)] : []),
    '', played.jobs.length === 0 ? ending(summary) : invitation(hub, played, summary), '',
  ].join('\n');
}

const ending = (summary) => summary.open === 0
  ? `The campaign is ended (kết thúc đợt) after ${summary.seconds} s.`
  : [
    `As of now (số liệu tính đến lúc này): signed ${summary.signed} of ${summary.expected} = ${summary.signedRate}; accepted of the signed ${summary.acceptedOfSigned}; without an owner ${summary.unexplained}.`,
    `Waiting, by step: ${Object.entries(summary.waitingBy).map(([step, cards]) => `${step} ${cards}`).join(', ')}.`,
    `The campaign stays open; ${summary.secondsApart.campaign} s of campaign, ${summary.secondsApart.people} s of making people and keys apart.`,
  ].join('\n');

/** More schools than this stand in the workbook alone. */
const MOST_LINES = 30;

function completion({ schools, counts }) {
  const heads = ['School (trường)', 'Expected (phải có)', 'Reviewed (GVCN ký)', 'Signed (ký duyệt)', 'Sealed (ký số)', 'Accepted (Kho nhận)', 'Held (giữ lại)'];
  const line = (name, c) => [name, c.expected, c.reviewed, c.signed, c.sealed, c.accepted, c.held + c.exempt].map(String);
  const shown = schools.length > MOST_LINES ? [] : schools;
  return table([heads, ...shown.map((school) => line(school.schoolName, school.counts)), line('All (tổng cộng)', counts)]);
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) => `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}`.trimEnd()).join('\n');
}

const reasons = {
  no_personal_number: 'no personal number yet (chưa có số định danh cá nhân)',
  foreign_pupil: 'foreign pupil (quốc tịch nước ngoài)',
  school_exempt: 'the school issues on paper until its roadmap date (học bạ giấy theo lộ trình)',
  awaiting_reassessment: 'to be assessed again in summer (chờ đánh giá lại trong hè)',
};

const held = (byReason) => Object.keys(byReason).length === 0
  ? 'Nobody is held (chưa đủ điều kiện phát hành).'
  : `Held (chưa đủ điều kiện phát hành), each with its reason:\n${Object.entries(byReason).map(([reason, count]) => `  ${String(count).padStart(4)}  ${reasons[reason] ?? reason}`).join('\n')}`;

function card(hub, file) {
  const anchors = hub.env.common.HUB_TRUST_ANCHORS;
  const forged = path.join(path.dirname(file), 'hoc-ba-bi-sua-diem.xml');
  const lists = path.join(path.dirname(file), 'danh-sach-thu-hoi.pem');
  // The lists hold for an hour or so: judged at this moment, by which the cards had been received, the command stays right.
  const rest = `--anchors ${anchors} --crls ${lists} --at ${new Date().toISOString()}`;
  return [
    'One signed report card (học bạ), checked offline; then the same with one grade changed, which must fail:',
    `  npx hub card verify ${file} ${rest}`,
    `  npx hub card verify ${forged} ${rest}`,
  ].join('\n');
}

/** Who waits for whoever watches, with the way in. */
function invitation(hub, { jobs, campaignId }, summary) {
  const local = (port) => `http://127.0.0.1:${port}`;
  const pids = hub.pids();
  const entries = jobs.map(({ role, job, address, userName, password, phone, file }) => [
    `  ${role}: ${job}`,
    `      ${address}`,
    `      account ${userName}   password ${password}`,
    ...(phone ? [`      phone   ${phone.address}   PIN ${phone.pin}`] : []),
    ...(file ? [`      file    ${file}`] : []),
  ].join('\n'));
  return [
    'These jobs are left to you, each in its own role; everybody else goes on being played:', ...entries, '',
    `When all is done, "Kết thúc đợt" is unlocked at ${hub.env.common.HUB_BASE_URL}/dot/${campaignId}/ket-thuc`, '',
    `  mailbox (hộp thư mô phỏng)    ${local(hub.ports.mailboxHttp)}`,
    `  Temporal UI                   ${process.env.TEMPORAL_ADDRESS ? `of ${process.env.TEMPORAL_ADDRESS}` : local(hub.ports.temporalUi)}`,
    `  Kho học bạ số (mô phỏng)      ${local(hub.ports.kho)}`,
    `  workbook (báo cáo tiến độ)    ${summary.report}`,
    `  the worker that signs         pid ${pids['worker-batch']}: kill -9 it and watch signing resume`, '',
    'Stop: Ctrl-C. The same command goes on from here; -- --exit does the rest; -- --fresh begins anew.',
  ].join('\n');
}
