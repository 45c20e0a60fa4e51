import { h } from 'preact';
import { render } from 'preact-render-to-string';
import type { MailModel } from '../../domain/mail.js';
import type { MailContent } from './content.js';
import { digestContent } from './digestContent.js';
import { escalationContent } from './escalationContent.js';
import { invitationContent } from './invitationContent.js';
import { MailDocument } from './layout.js';
import { noticeContent } from './noticeContent.js';
import { reminderContent, taskContent } from './taskContent.js';
import { textPart } from './textPart.js';
import { oneLine } from './words.js';

export type RenderedMail = { subject: string; html: string; text: string };

function contentOf(model: MailModel): MailContent {
  switch (model.kind) {
    case 'invitation': return invitationContent(model);
    case 'task': return taskContent(model);
    case 'reminder': return reminderContent(model);
    case 'escalation': return escalationContent(model);
    case 'notice': return noticeContent(model);
    case 'digest': return digestContent(model);
  }
}

/**
 * Writes a mail's subject, HTML and text.
 * @param context `link`: the row's personal link, whole; null where it has none, then the model's path on the hub is used.
 *   `sandbox`: say that the data are simulated.
 * @throws RangeError when the model's path leaves the hub
 */
export function renderMail(model: MailModel, context: { baseUrl: string; link: string | null; sandbox: boolean }): RenderedMail {
  const raw = contentOf(model);
  const content = { ...raw, subject: oneLine(raw.subject), senderName: oneLine(raw.senderName) };
  const href = context.link ?? onHub(context.baseUrl, model.linkPath ?? '/');
  const html = `<!DOCTYPE html>${render(h(MailDocument, { content, href, sandbox: context.sandbox }))}`;
  return { subject: content.subject, html, text: textPart(content, href, context.sandbox) };
}

function onHub(baseUrl: string, path: string): string {
  if (!/^\/(?![/\\])/.test(path)) throw new RangeError('the path of a mail must begin with one slash');
  return `${baseUrl.replace(/\/$/, '')}${path}`;
}
