import { X509Certificate } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import { writeRendition } from '../../dashboards/rendition/writeRendition.js';
import { signPdf } from '../../formats/pades/signPdf.js';
import { printedCard } from '../../formats/rendition/printedCard.js';
import type { PrintedCard } from '../../domain/sheets/printedCard.js';
import type { CardSource, RenditionJob } from './rendition.js';
import { NoStamp, stampFrom } from './stamp.js';

const print = (source: CardSource) => (source.kind === 'data' ? source.card : printedCard(Buffer.from(source.document), source.stored, source.mark));

const REASON = 'Xác nhận bản thể hiện của học bạ số';
const WITHOUT_STAMP = ' (chữ ký không kèm dấu thời gian: dịch vụ cấp dấu thời gian không dùng được lúc lập tệp)';

async function make(job: RenditionJob): Promise<Buffer> {
  const { sources, signer, stamp } = job;
  const cards = sources.map(print);
  if (signer === null) return written(job, cards, null);
  const by = { key: signer.key, certificate: new X509Certificate(signer.certificate) };
  if (stamp !== null) {
    try {
      return await signPdf(await written(job, cards, REASON), by, stampFrom(stamp));
    } catch (fault) {
      if (!(fault instanceof NoStamp)) throw fault;
      // A person waits for the file: it is given without, and says so where it says why it was signed.
      process.stderr.write(`${JSON.stringify({ level: 'warn', code: fault.code, msg: 'a rendition was signed without a time-stamp' })}\n`);
    }
  }
  return signPdf(await written(job, cards, `${REASON}${WITHOUT_STAMP}`), by, null);
}

function written({ title, baseUrl, sandbox, madeAt }: RenditionJob, cards: readonly PrintedCard[], reason: string | null): Promise<Buffer> {
  const [first] = cards;
  const signature = reason === null || first === undefined ? null : { name: first.departmentName, reason, location: first.provinceName, signedAt: madeAt };
  return buffer(writeRendition([...cards], { title, baseUrl, sandbox, madeAt, signature }));
}

parentPort?.postMessage(await make(workerData as RenditionJob));
