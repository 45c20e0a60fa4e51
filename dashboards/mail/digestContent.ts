import type { DigestMail } from '../../domain/mail.js';
import { COUNT_DEFINITIONS, formatRate, RATE_CODES, RATES } from '../../domain/rates.js';
import { formatCount, formatDay, formatInstant, localDay } from '../../domain/vietnameseFormat.js';
import type { MailContent } from './content.js';
import { inSentence, oneLine, TASK_WORDS, toPerson, untilDeadline } from './words.js';

const SHOWN = ['expected', 'signed', 'accepted', 'open', 'unexplained'] as const;

/** The day's figures and whom to call: the same counts and rates as the pages and the workbook. */
export function digestContent(model: DigestMail): MailContent {
  const area = oneLine(model.areaName);
  const { counts } = model;
  const hidden = model.overdueSchools - model.overdue.length;
  const waiting = [
    model.overdueSchools > 0 ? `${formatCount(model.overdueSchools)} trường quá hạn` : null,
    model.refused > 0 ? `${formatCount(model.refused)} học bạ bị Kho từ chối` : null,
    model.blockedClasses > 0 ? `${formatCount(model.blockedClasses)} lớp chưa có người ký duyệt` : null,
    model.parkedPackets > 0 ? `${formatCount(model.parkedPackets)} gói gửi Kho đang dừng` : null,
  ].filter((one) => one !== null).join(', ');
  return {
    subject: `Học bạ số ngày ${formatDay(localDay(model.asOf))}: ${waiting} – ${area}`,
    addressee: model.recipientName === model.areaName ? area : toPerson(model.recipientName, 'Ông/Bà'),
    lead: [`${model.isProvince ? 'Toàn tỉnh' : area} còn ${waiting}, tính đến ${formatInstant(model.asOf)}.`],
    facts: [
      { label: 'Năm học', value: model.schoolYear },
      ...SHOWN.map((count) => ({ label: COUNT_DEFINITIONS[count].name, value: `${formatCount(counts[count])} học bạ` })),
      ...RATE_CODES.map((code) => {
        const rate = RATES[code].of(counts);
        return { label: RATES[code].name, value: `${formatCount(rate.numerator)} / ${formatCount(rate.denominator)} = ${formatRate(rate)}` };
      }),
    ],
    ...(model.overdue.length === 0 ? {} : { table: {
      heads: ['Trường', 'Quá hạn', 'Việc', 'Điện thoại'],
      rows: model.overdue.map((school) => [
        oneLine(school.schoolName), untilDeadline(school.since, model.asOf), `${school.kinds.map((kind) => inSentence(TASK_WORDS[kind].verb)).join(', ')} (${formatCount(school.tasks)})`,
        school.schoolPhone === null ? 'chưa có' : oneLine(school.schoolPhone),
      ]),
      more: hidden > 0 ? `và ${formatCount(hidden)} trường khác ở trang đôn đốc.` : null,
    } }),
    action: { label: model.isProvince ? 'Mở trang của đợt' : 'Mở danh sách đôn đốc', note: 'Ngày không có gì chờ xử lý thì không có thư này.' },
    why: `Ông/Bà nhận thư này vì ${model.isProvince ? 'theo dõi đợt phát hành của Sở' : `phụ trách địa bàn ${area}`}.`,
    authority: null,
    notYou: `Nếu Ông/Bà không còn phụ trách việc này, xin báo ${oneLine(model.departmentName)} để sửa danh mục.`,
    senderName: model.departmentName,
  };
}
