import type { EscalationMail } from '../../domain/mail.js';
import { formatInstant } from '../../domain/vietnameseFormat.js';
import type { MailContent } from './content.js';
import { cardCount, classesInSubject, oneLine, TASK_WORDS, toPerson, untilDeadline } from './words.js';

const MOST_ROWS = 15;

/** To the office: which school to call, with what it lacks and whose turn it is. */
export function escalationContent(model: EscalationMail): MailContent {
  const school = oneLine(model.schoolName);
  const classes = [...new Set(model.items.flatMap(({ className }) => (className === null ? [] : [className])))];
  const cards = model.items.reduce((sum, item) => sum + item.cards, 0);
  const hidden = model.items.length - MOST_ROWS;
  return {
    subject: `Đôn đốc: ${school} quá hạn ${model.items.length} việc${classesInSubject(classes)}`,
    // An office's common address has no person to greet.
    addressee: model.recipientName === model.officeName ? oneLine(model.officeName) : toPerson(model.recipientName, 'Ông/Bà'),
    lead: [`Mời Ông/Bà liên hệ ${school}: trường còn ${model.items.length} việc quá hạn, ${cardCount(cards)}, tính đến ${formatInstant(model.escalatedAt)}.`],
    facts: [
      { label: 'Trường', value: school },
      ...(model.schoolPhone === null ? [] : [{ label: 'Điện thoại trường', value: oneLine(model.schoolPhone) }]),
      { label: 'Năm học', value: model.schoolYear },
    ],
    table: {
      heads: ['Việc', 'Lớp', 'Số học bạ', 'Hạn', 'Đang chờ', 'Đã nhắc'],
      rows: model.items.slice(0, MOST_ROWS).map((item) => [
        TASK_WORDS[item.taskKind].verb,
        item.className === null ? 'cả trường' : oneLine(item.className),
        String(item.cards),
        `${formatInstant(item.dueAt)} (${untilDeadline(item.dueAt, model.escalatedAt)})`,
        item.assigneeName === null ? 'chưa có người' : oneLine(item.assigneeName),
        `${item.reminders} lần`,
      ]),
      more: hidden > 0 ? `và ${hidden} việc khác trong danh sách đôn đốc.` : null,
    },
    action: { label: 'Mở danh sách đôn đốc', note: 'Danh sách cho biết từng lớp còn thiếu gì; ở đó Ông/Bà gửi nhắc hoặc in được.' },
    why: `Ông/Bà nhận thư này vì phụ trách địa bàn ${oneLine(model.officeName)}, và các việc này đã quá hạn mà chưa xong.`,
    authority: null,
    notYou: `Nếu Ông/Bà không còn phụ trách địa bàn này, xin báo ${oneLine(model.departmentName)} để sửa danh mục.`,
    senderName: model.departmentName,
  };
}
