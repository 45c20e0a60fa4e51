import { DEFAULT_POLICY, type CampaignPolicy, type Stage } from '../../domain/policy.js';
import { row, rows, type Db } from '../connect.js';

export type CampaignRow = {
  id: string; schoolYear: string; cycle: 'main' | 'summer' | 'rehearsal'; state: 'draft' | 'running' | 'ended' | 'cancelled'; policy: CampaignPolicy;
  deadlines: Record<Stage, Date>; createdAt: Date; launchedAt: Date | null; endedAt: Date | null; endReason: string | null;
  reconcileAskedAt: Date | null; reconciledAt: Date | null;
};
type Stored = Omit<CampaignRow, 'deadlines'> & { collect: Date; review: Date; approve: Date; seal: Date };

const CAMPAIGNS = `
  SELECT id, school_year AS "schoolYear", cycle, state, policy, collect_due AS collect, review_due AS review, approve_due AS approve, seal_due AS seal,
    created_at AS "createdAt", launched_at AS "launchedAt", ended_at AS "endedAt", end_reason AS "endReason", reconcile_asked_at AS "reconcileAskedAt", reconciled_at AS "reconciledAt"
  FROM campaign`;
const mapped = ({ collect, review, approve, seal, ...rest }: Stored): CampaignRow => ({ ...rest, policy: { ...DEFAULT_POLICY, ...rest.policy }, deadlines: { collect, review, approve, seal } });

/** Every campaign, the newest first. */
export const campaigns = async (db: Db): Promise<CampaignRow[]> =>
  (await rows<Stored>(db, `${CAMPAIGNS} ORDER BY created_at DESC`)).map(mapped);

export async function campaignById(db: Db, input: { campaignId: string }): Promise<CampaignRow | undefined> {
  const found = await row<Stored>(db, `${CAMPAIGNS} WHERE id = :campaignId`, input);
  return found === undefined ? undefined : mapped(found);
}

export type LaunchPreview = {
  schools: number; classes: number; pupils: number; paperSchools: number; paperPupils: number;
  held: { reason: string; pupils: number }[];
  classesWithoutTeacher: Listed[]; schoolsWithoutHead: Listed[]; schoolsWithoutSeal: Listed[]; signersWithoutCertificate: Listed[]; staffWithoutAccount: number;
  hasPacketKey: boolean; packetKeyValidTo: Date | null;
};
export type Listed = { schoolCode: string; schoolName: string; what: string };

/** What launching would freeze, and what is still missing. Paper schools are launched as exempt, inside the denominator. */
export async function launchPreview(db: Db, input: { campaignId: string }): Promise<LaunchPreview> {
  const counts = await row<{ schools: number; classes: number; pupils: number; paperSchools: number; paperPupils: number }>(db, `
    SELECT (SELECT count(DISTINCT school_code)::int FROM class WHERE campaign_id = :campaignId) AS schools, (SELECT count(*)::int FROM class WHERE campaign_id = :campaignId) AS classes,
      count(p.id)::int AS pupils, count(DISTINCT s.code) FILTER (WHERE s.paper_reason IS NOT NULL)::int AS "paperSchools", count(p.id) FILTER (WHERE s.paper_reason IS NOT NULL)::int AS "paperPupils"
    FROM expected_pupil p JOIN school s ON s.code = p.school_code WHERE p.campaign_id = :campaignId`, input);
  const held = await rows<{ reason: string; pupils: number }>(db, `
    SELECT reason, count(*)::int AS pupils FROM expected_pupil WHERE campaign_id = :campaignId AND status = 'held' GROUP BY reason ORDER BY 2 DESC, 1`, input);
  const inCampaign = 'EXISTS (SELECT FROM class k WHERE k.campaign_id = :campaignId AND k.school_code = s.code)';
  const listed = (sql: string): Promise<Listed[]> => rows<Listed>(db, `${sql} LIMIT 200`, input);
  const key = await row<{ validTo: Date }>(db, 'SELECT c.valid_to AS "validTo" FROM packet_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.active');
  const accounts = await row<{ count: number }>(db, `
    SELECT count(DISTINCT g.person_id)::int AS count FROM active_grant g JOIN school s ON s.code = g.school_code
    WHERE ${inCampaign} AND NOT EXISTS (SELECT FROM account a WHERE a.person_id = g.person_id)`, input);
  return {
    ...counts!, held,
    classesWithoutTeacher: await listed(`
      SELECT s.code AS "schoolCode", s.name AS "schoolName", 'Lớp ' || k.name AS what FROM class k JOIN school s ON s.code = k.school_code
      WHERE k.campaign_id = :campaignId AND NOT EXISTS (SELECT FROM active_grant g WHERE g.person_id = k.homeroom_person_id AND g.role = 'homeroom' AND g.school_code = k.school_code)
      ORDER BY s.name, s.code, k.grade, k.name`),
    schoolsWithoutHead: await listed(`
      SELECT s.code AS "schoolCode", s.name AS "schoolName", '' AS what FROM school s
      WHERE ${inCampaign} AND NOT EXISTS (SELECT FROM authority a WHERE a.school_code = s.code AND a.revoked_at IS NULL AND a.valid_from <= now() AND (a.valid_to IS NULL OR now() < a.valid_to)) ORDER BY s.name, s.code`),
    schoolsWithoutSeal: await listed(`
      SELECT s.code AS "schoolCode", s.name AS "schoolName", '' AS what FROM school s
      WHERE ${inCampaign} AND s.paper_reason IS NULL AND s.code NOT IN (SELECT school_code FROM school_seal) ORDER BY s.name, s.code`),
    signersWithoutCertificate: await listed(`
      SELECT DISTINCT s.code AS "schoolCode", s.name AS "schoolName", p.full_name AS what FROM active_grant g JOIN school s ON s.code = g.school_code JOIN person p ON p.id = g.person_id
      WHERE g.role IN ('homeroom', 'principal', 'deputy') AND ${inCampaign} AND s.paper_reason IS NULL AND (p.signing_account IS NULL OR p.certificate_id IS NULL)
      ORDER BY "schoolName", "schoolCode", what`),
    staffWithoutAccount: accounts!.count, hasPacketKey: key !== undefined, packetKeyValidTo: key?.validTo ?? null,
  };
}

export type DraftCounts = { schools: number; classes: number; pupils: number };
export async function draftCounts(db: Db, input: { campaignId: string }): Promise<DraftCounts> {
  const found = await row<DraftCounts>(db, `
    SELECT count(DISTINCT school_code)::int AS schools, count(DISTINCT class_id)::int AS classes, count(*)::int AS pupils FROM expected_pupil WHERE campaign_id = :campaignId`, input);
  return found!;
}

export type Reconciliation = { id: string; at: Date; packets: number; cardsSent: number; khoAccepted: number; khoRefused: number; differences: number; findings: number };
export const lastReconciliation = (db: Db, input: { campaignId: string }): Promise<Reconciliation | undefined> => row<Reconciliation>(db, `
  SELECT id, at, packets, cards_sent AS "cardsSent", kho_accepted AS "khoAccepted", kho_refused AS "khoRefused", differences, findings
  FROM reconciliation WHERE campaign_id = :campaignId ORDER BY at DESC LIMIT 1`, input);

export type CircuitRow = { name: string; failures: number; openedAt: Date | null; probeAt: Date | null };
/** Outside systems that nobody calls at the moment. */
export const openCircuits = (db: Db): Promise<CircuitRow[]> =>
  rows<CircuitRow>(db, 'SELECT name, failures, opened_at AS "openedAt", probe_at AS "probeAt" FROM circuit WHERE opened_at IS NOT NULL AND name <> \'tsa\' ORDER BY name');
