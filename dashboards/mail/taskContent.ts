import type { ReminderMail, TaskMail } from '../../domain/mail.js';
import { formatCount, formatDay, formatInstant, localDay } from '../../domain/vietnameseFormat.js';
import type { MailContent } from './content.js';
import { authoritySentence, classesInSubject, firstAsked, oneLine, openingChangesNothing, placeFacts, TASK_WORDS, toPerson, untilDeadline, wrongPerson } from './words.js';

/** Somebody has something to review, approve, seal, collect or correct. */
export function taskContent(model: TaskMail): MailContent {
  const { does } = TASK_WORDS[model.taskKind];
  return {
    ...common(model),
    subject: `${model.again ? 'Làm lại: ' : ''}${what(model)} – hạn ${formatDay(localDay(model.dueAt))}`,
    lead: [
      ...(model.again ? ['Việc này quay lại với Thầy/Cô; lí do được ghi ở trang của lớp.'] : []),
      `Mời Thầy/Cô ${does(formatCount(model.cards))} trước ${formatInstant(model.dueAt)}.`,
    ],
    facts: [...placeFacts(model), { label: 'Hạn', value: formatInstant(model.dueAt) }],
    why: `Thầy/Cô nhận thư này vì ${TASK_WORDS[model.taskKind].becauseOf}.`,
  };
}

/** The same work, still open near or past its deadline. */
export function reminderContent(model: ReminderMail): MailContent {
  const { does, becauseOf } = TASK_WORDS[model.taskKind];
  const left = untilDeadline(model.dueAt, model.remindedAt);
  return {
    ...common(model),
    subject: `Nhắc việc (${left}): ${what(model)}`,
    lead: [
      `Mời Thầy/Cô ${does(formatCount(model.cards))}: ${left}, tính đến ${formatInstant(model.remindedAt)}.`,
      model.requestedByUnit === null ? `Đây là lần nhắc thứ ${model.reminderNumber}.` : `${oneLine(model.requestedByUnit)} gửi nhắc, lần nhắc thứ ${model.reminderNumber}.`,
    ],
    facts: [...placeFacts(model), { label: 'Hạn', value: `${formatInstant(model.dueAt)} (${left})` }],
    why: `Thầy/Cô nhận thư này vì ${becauseOf} và việc chưa xong.`,
  };
}

const what = (model: TaskMail | ReminderMail): string =>
  `${TASK_WORDS[model.taskKind].verb}${classesInSubject(model.classNames)} – ${oneLine(model.schoolName)}`;

const common = (model: TaskMail | ReminderMail): Pick<MailContent, 'addressee' | 'action' | 'authority' | 'notYou' | 'senderName'> => ({
  addressee: toPerson(model.recipientName),
  action: { label: TASK_WORDS[model.taskKind].button, note: openingChangesNothing() },
  authority: model.authority === null ? null : authoritySentence(model.authority),
  notYou: wrongPerson(model.departmentName, firstAsked(model.taskKind)),
  senderName: model.departmentName,
});
