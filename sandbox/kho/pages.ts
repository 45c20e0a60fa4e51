import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { escapeHtml, localTime, page, thousands } from '../process/page.js';
import type { FaultScript } from '../process/faults.js';
import type { KhoFaults } from './faultScript.js';
import type { Ledger } from './ledger.js';
import type { PacketBook } from './packets.js';

const SHOWN_PACKETS = 50;

/** For people and tests: counts, the latest packets, faults, and the ledger as it lies on disk. */
export function khoPages(ledger: Ledger, packets: PacketBook, faults: FaultScript<KhoFaults>): Router {
  const router = Router();
  router.get('/sandbox/ledger', async (_request, response) => {
    response.type('application/jsonl');
    await pipeline(createReadStream(ledger.path), response);
  });
  router.get('/', (_request, response) => {
    const all = packets.list();
    const rows = all.slice(-SHOWN_PACKETS).reverse().map((packet) => `<tr><td>${localTime(packet.receivedAt)}</td><td>${packet.messageid}</td>
<td>${escapeHtml(packet.unit)}</td><td>${thousands(packet.cards)}</td><td>${thousands(packet.bytes)}</td><td>${packet.done ? 'đã xử lý' : 'đang chờ'}</td></tr>`);
    response.send(page('Kho học bạ số', `<p>Đã tiếp nhận <b>${thousands(ledger.accepted)}</b> học bạ, từ chối <b>${thousands(ledger.refused)}</b> lượt;
${thousands(all.length)} gói. <a href="/sandbox/ledger">Sổ cái (JSONL)</a></p>
<h2>Gói gần đây</h2><div class="wide"><table><thead><tr><th>Nhận lúc</th><th>messageid</th><th>Đơn vị</th><th>Học bạ</th><th>Byte</th><th>Trạng thái</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></div>
<h2>Lỗi đang mô phỏng</h2><article><pre>${escapeHtml(JSON.stringify(faults.now, null, 2))}</pre></article>`));
  });
  return router;
}
