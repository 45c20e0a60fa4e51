import { Router } from 'express';
import { z } from 'zod';
import { escapeHtml, localTime, page, thousands } from '../process/page.js';
import type { Mail, MailStore } from './store.js';

const query = z.object({ to: z.string().max(320).optional(), since: z.iso.datetime({ offset: true }).optional() });

/** The mails to read, as pages and as JSON; `to` is a recipient of the envelope. Unknown id: 404. */
export function mailPages(store: MailStore): Router {
  const router = Router();

  router.get('/api/mails', async (request, response) => {
    const heads = store.list(query.parse(request.query));
    response.json(await Promise.all(heads.map((head) => store.open(head))));
  });

  /** Heads and links alone, for whoever follows the mailbox of a whole province. */
  router.get('/api/news', async (request, response) => {
    const news = [];
    for (const { id, to, subject, receivedAt } of store.list(query.parse(request.query))) news.push({ id, to, subject, receivedAt, links: await store.links(id) });
    response.json(news);
  });

  router.get('/api/mails/:id', async (request, response) => {
    const mail = await store.read(request.params.id);
    if (mail === null) response.status(404).json({ error: 'unknown-mail' });
    else response.json(mail);
  });

  router.get('/', (request, response) => {
    const filter = query.parse({ ...request.query, to: request.query['to'] === '' ? undefined : request.query['to'] });
    const rows = store.list(filter).map((mail) => `<tr><td>${localTime(mail.receivedAt)}</td><td>${escapeHtml(mail.to.join(', '))}</td>
<td><a href="/mail/${mail.id}">${escapeHtml(mail.subject === '' ? '(không có tiêu đề)' : mail.subject)}</a></td><td>${thousands(mail.deliveries)}</td></tr>`);
    const people = store.recipients().map((address) => `<option value="${escapeHtml(address)}"${address === filter.to ? ' selected' : ''}>${escapeHtml(address)}</option>`);
    response.send(page('Hộp thư mô phỏng', `<form method="get"><label for="to">Người nhận</label>
<select id="to" name="to"><option value="">Tất cả</option>${people.join('')}</select> <button>Lọc</button></form>
<p>${thousands(rows.length)} thư, ${thousands(store.total)} lần nhận tất cả.</p>
<div class="wide"><table><thead><tr><th>Nhận lúc</th><th>Người nhận</th><th>Tiêu đề</th><th>Số lần nhận</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`));
  });

  router.get('/mail/:id', async (request, response) => {
    const mail = await store.read(request.params.id);
    if (mail === null) {
      response.status(404).send(page('Không có thư này', '<p><a href="/">Về hộp thư</a></p>'));
      return;
    }
    // A mail may hold anything: no script, nothing fetched from elsewhere, no form sent.
    response.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; frame-src 'self'; form-action 'none'");
    response.send(page(mail.subject, mailBody(mail)));
  });

  return router;
}

const mailBody = (mail: Mail): string => `<p>Từ ${escapeHtml(mail.from)}<br>Đến ${escapeHtml(mail.to.join(', '))}<br>
Nhận lúc ${localTime(mail.receivedAt)} · ${thousands(mail.deliveries)} lần</p>
${mail.html === null ? '' : `<h2>Bản HTML</h2><iframe title="Bản HTML của thư" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(`<base target="_blank">${mail.html}`)}"></iframe>`}
<h2>Bản chữ</h2><article><pre>${escapeHtml(mail.text)}</pre></article>
${mail.links.length === 0 ? '' : `<h2>Liên kết trong thư</h2><ul>${mail.links.map((link) => `<li><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></li>`).join('')}</ul>`}
<p><a href="/">Về hộp thư</a></p>`;
