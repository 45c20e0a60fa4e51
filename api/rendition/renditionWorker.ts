import { X509Certificate } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import { writeRendition } from '../../dashboards/rendition/writeRendition.js';
import { signPdf } from '../../formats/pades/signPdf.js';
import { printedCard } from '../../formats/rendition/printedCard.js';
import type { CardSource, RenditionJob } from './rendition.js';

const print = (source: CardSource) => (source.kind === 'data' ? source.card : printedCard(Buffer.from(source.document), source.stored, source.mark));

async function make({ sources, signer, title, baseUrl, sandbox, madeAt }: RenditionJob): Promise<Buffer> {
  const cards = sources.map(print);
  const [first] = cards;
  const signature = signer === null || first === undefined ? null
    : { name: first.departmentName, reason: 'Xác nhận bản thể hiện của học bạ số', location: first.provinceName, signedAt: madeAt };
  const pdf = await buffer(writeRendition(cards, { title, baseUrl, sandbox, madeAt, signature }));
  return signer === null ? pdf : signPdf(pdf, { key: signer.key, certificate: new X509Certificate(signer.certificate) });
}

parentPort?.postMessage(await make(workerData as RenditionJob));
