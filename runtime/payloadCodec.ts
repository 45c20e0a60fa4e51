import { METADATA_ENCODING_KEY, type Payload as ApiPayload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { seal, unseal } from './seal.js';

// CommonJS whose named exports Node cannot see.
const { Payload } = proto.temporal.api.common.v1;

const ENCODING = 'binary/encrypted';
const PURPOSE = 'temporal-payload';

/** Encrypts every payload in client, worker and replay alike; Temporal's store and web UI see ciphertext (design §3). */
export const payloadCodec = (secret: Buffer): PayloadCodec => ({
  encode: (payloads) => Promise.resolve(payloads.map((payload) => ({
    metadata: { [METADATA_ENCODING_KEY]: Buffer.from(ENCODING) },
    data: seal(secret, PURPOSE, Payload.encode(payload).finish()),
  }))),
  decode: (payloads) => Promise.resolve(payloads.map((payload) => decodeOne(secret, payload))),
});

function decodeOne(secret: Buffer, payload: ApiPayload): ApiPayload {
  const encoding = payload.metadata?.[METADATA_ENCODING_KEY];
  if (encoding === undefined || encoding === null || Buffer.from(encoding).toString() !== ENCODING) return payload;
  return Payload.decode(unseal(secret, PURPOSE, payload.data ?? new Uint8Array()));
}
