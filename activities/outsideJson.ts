import { OutsideFault } from './fault.js';

/** The largest lawful answers: verdicts on 5,000 cards, signatures of 2,000, some megabytes each. */
const MOST_BYTES = 32 * 2 ** 20;

/**
 * The JSON of an outside system's answer, read no further than it may be long: an endless one would fill the worker's memory.
 * @throws OutsideFault `answer-too-large`, `answer-cut-off` or `not-json`
 */
export async function outsideJson(system: OutsideFault['system'], response: Response): Promise<unknown> {
  const text = await boundedText(system, response);
  try {
    return JSON.parse(text);
  } catch {
    throw new OutsideFault(system, 'not-json');
  }
}

async function boundedText(system: OutsideFault['system'], response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > MOST_BYTES) throw new OutsideFault(system, 'answer-too-large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof OutsideFault ? error : new OutsideFault(system, error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'answer-cut-off');
  }
  return Buffer.concat(chunks).toString('utf8');
}
