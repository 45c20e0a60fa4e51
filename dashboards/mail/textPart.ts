import type { MailContent } from './content.js';
import { NEVER_ASKED, SANDBOX_LINE } from './layout.js';

/** The text part: everything the HTML part says, readable in any mail program and by a screen reader. */
export function textPart(content: MailContent, href: string, sandbox: boolean): string {
  const facts = content.facts.map(({ label, value }) => `- ${label}: ${value}`).join('\n');
  const table = content.table === undefined ? null : [
    ...content.table.rows.map((cells) => `- ${cells.map((cell, index) => (index === 0 ? cell : `${content.table?.heads[index]?.toLocaleLowerCase('vi')}: ${cell}`)).join('; ')}`),
    ...(content.table.more === null ? [] : [content.table.more]),
  ].join('\n');
  return [
    ...(sandbox ? [SANDBOX_LINE] : []),
    `Kính gửi ${content.addressee},`,
    ...content.lead,
    facts,
    ...(table === null ? [] : [table]),
    `${content.action.label}:\n${href}`,
    content.action.note,
    content.why,
    ...(content.authority === null ? [] : [content.authority]),
    content.notYou,
    NEVER_ASKED,
    `Trân trọng,\n${content.senderName}`,
  ].join('\n\n') + '\n';
}
