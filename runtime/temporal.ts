import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { payloadCodec } from './payloadCodec.js';

/** CommonJS on purpose (`.cts`): the SDK loads it with `require`, and bundles it into the workflow sandbox by this path. */
export const failureConverterPath = fileURLToPath(new URL('./failureConverter.cjs', import.meta.url));

/** One converter for client, worker and replay: payloads, failure messages and stacks are encrypted. */
export const dataConverter = (secret: Buffer): DataConverter => ({ payloadCodecs: [payloadCodec(secret)], failureConverterPath });

/**
 * Opens a client; the connection is lazy, so that the web side starts while Temporal is away.
 * @param settings address `host:port`, namespace and the hub's secret
 */
export function openTemporalClient(settings: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string; HUB_SECRET_KEY: Buffer }): Client {
  const connection = Connection.lazy({ address: settings.TEMPORAL_ADDRESS });
  return new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE, dataConverter: dataConverter(settings.HUB_SECRET_KEY) });
}
