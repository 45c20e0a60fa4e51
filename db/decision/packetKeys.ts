import { rows, type Db } from '../connect.js';

/** A certificate of the Sở that a decision would put into use. */
export type AskedPacketKey = { decisionId: string; fingerprint: string; der: Buffer; /** Came with it (DER). */ others: Buffer[] };

/** Open decisions of a workflow after which another certificate of the Sở is used, or proposed to be. */
export const packetKeysAsked = (db: Db, workflowId: string): Promise<AskedPacketKey[]> => rows<AskedPacketKey>(db, `
  SELECT d.id AS "decisionId", c.fingerprint, c.der, k.others FROM decision d
  LEFT JOIN trust_change t ON d.act = 'settle_trust' AND (d.payload ->> 'confirmed')::boolean AND t.id::text = d.payload ->> 'changeId'
  JOIN packet_key k ON k.id::text = CASE d.act WHEN 'set_packet_key' THEN d.payload ->> 'keyId' WHEN 'propose_trust' THEN d.payload -> 'change' ->> 'keyId' WHEN 'settle_trust' THEN t.content ->> 'keyId' END
  JOIN certificate c ON c.id = k.certificate_id
  WHERE d.workflow_id = :workflowId AND d.outcome IS NULL AND d.act IN ('set_packet_key', 'propose_trust', 'settle_trust')`, { workflowId });
