import { decodeContent, KhoContentError } from '../kho/content.js';
import { ForeignFault } from './codes.js';
import { FOREIGN_BATCH_LIMITS } from './limits.js';
import { unreadable, verifyBatch, type BatchVerdict, type VerifyInput } from './verify.js';

/** Every quote may have been escaped by one more byte; nothing else makes the text longer than the batch. */
const MAX_TEXT_BYTES = 2 * FOREIGN_BATCH_LIMITS.maxBytes;

/**
 * Opens the `content` of a transaction and judges the batch in it. Neither length nor depth of what is packed can make more be
 * allocated than a lawful transaction needs.
 * @param input.detached the Signature where it came beside `content` (spec §4)
 */
export async function verifyContent({ content, detached, ...input }: Omit<VerifyInput, 'bytes'> & { content: string; detached: Uint8Array | null }): Promise<BatchVerdict> {
  let bytes: Buffer;
  try {
    bytes = decodeContent(content, { maxBytes: MAX_TEXT_BYTES });
  } catch (fault) {
    if (fault instanceof KhoContentError) return unreadable(new ForeignFault('content-unreadable', fault.code));
    throw fault;
  }
  return verifyBatch({ ...input, bytes }, detached);
}
