import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { insertDecision, type AnyDecision } from '../../db/decision/intake.js';
import { judge } from '../../db/decision/judge.js';
import { targetWorkflow, type Asked } from '../../db/decision/target.js';
import { ACTS, type Act } from '../../domain/acts.js';
import type { Instant } from '../../domain/brand.js';
import type { RefusalCode } from '../../domain/refusals.js';
import type { Role } from '../../domain/roles.js';
import { startActStage, type ActStage, type AskedBody } from '../support/actStage.js';
import { ACT_WORLD, ALL_ACTS, SAMPLES } from '../support/actSamples.js';

/** Who may do what, written from the design and not from the code. */
const MAY: Record<Act, readonly Role[]> = {
  appoint: ['administrator'], invite_again: ['administrator'], import_units: ['coordinator'], apply_units: ['coordinator'], discard_units: ['coordinator'], set_packet_key: ['administrator'],
  revoke_role: ['administrator', 'coordinator'], grant_role: ['administrator', 'coordinator'], appoint_head: ['coordinator'], disable_account: ['administrator', 'coordinator'], enable_account: ['administrator', 'coordinator'],
  propose_trust: ['administrator'], settle_trust: ['administrator'], give_seal: ['principal', 'deputy'], withdraw_seal: ['principal', 'deputy', 'coordinator'],
  create_campaign: ['coordinator'], import_expected: ['coordinator'], launch_campaign: ['coordinator'], end_campaign: ['coordinator'], cancel_campaign: ['coordinator'], reconcile: ['coordinator'],
  upload_roster: ['clerk'], confirm_upload: ['clerk'], discard_upload: ['clerk'],
  review_class: ['homeroom'], report_wrong_rows: ['homeroom'],
  approve_classes: ['principal', 'deputy'], return_class: ['principal', 'deputy'], seal_classes: ['clerk'],
  resend_cards: ['clerk', 'coordinator'], reissue_cards: ['clerk', 'coordinator'],
  extend_deadline: ['coordinator'], remind_school: ['coordinator', 'office'], exempt_school: ['coordinator'], exempt_pupils: ['coordinator'], exclude_pupils: ['coordinator'], hold_pupils: ['coordinator'], release_pupils: ['coordinator'], admit_pupil: ['coordinator'],
  grant_authority: ['principal', 'coordinator'], revoke_authority: ['principal', 'coordinator'], grant_exception: ['coordinator'], replace_homeroom: ['principal', 'coordinator'],
};
/** Acts about a task: a colleague with the same role, to whom it is not given, may not. */
const BY_ASSIGNEE: readonly Act[] = ['review_class', 'report_wrong_rows', 'approve_classes', 'return_class', 'seal_classes'];

/** The school's seal is the head's: who merely has the role leads nothing. */
const BY_HEAD: readonly Act[] = ['give_seal', 'withdraw_seal'];

type Actor = { name: string; role: Role; reaches: boolean; id: string };

describe('each act, by each role, at the own and at another school or area', () => {
  let stage: ActStage;
  const actors: Actor[] = [];
  before(async () => {
    stage = await startActStage(ACT_WORLD);
    const { schools } = stage.seeded.province;
    const add = async (role: Role, reaches: boolean, place: { school_code?: string; office_code?: string }): Promise<void> => {
      const id = randomUUID();
      await stage.owner('person').insert({ id, full_name: `Người ${actors.length}`, signing_account: `tk-${actors.length}`, certificate_id: (await stage.owner('person').whereNotNull('certificate_id').first<{ certificate_id: string }>('certificate_id')).certificate_id });
      await stage.owner('role_grant').insert({ person_id: id, role, ...place });
      actors.push({ name: `${role} ${Object.keys(place).length === 0 ? 'of the province' : reaches ? 'there' : 'elsewhere'}`, role, reaches, id });
    };
    for (const role of ['administrator', 'coordinator', 'official'] as const) await add(role, true, {});
    for (const index of [0, 1]) {
      await add('office', index === 0, { office_code: schools[index]!.officeCode });
      for (const role of ['principal', 'deputy', 'homeroom', 'clerk'] as const) await add(role, index === 0, { school_code: schools[index]!.code });
    }
    // Somebody who holds nothing any more.
    const gone = randomUUID();
    await stage.owner('person').insert({ id: gone, full_name: 'Người cũ' });
    for (const role of ['administrator', 'coordinator'] as const) await stage.owner('role_grant').insert({ person_id: gone, role, revoked_at: new Date() });
    actors.push({ name: 'one whose roles were revoked', role: 'official', reaches: false, id: gone });
  });
  after(() => stage.close());

  /** As the api asks, in a transaction that leaves nothing: the rule alone. */
  async function judged(asked: AskedBody): Promise<RefusalCode | 'insertable' | null> {
    const workflowId = await targetWorkflow(stage.api, { id: randomUUID(), ...asked } as Asked, stage.seeded.province.code);
    if (workflowId === null) return 'not-found';
    const decision = { id: randomUUID(), ...asked, provinceCode: stage.seeded.province.code, workflowId } as AnyDecision;
    const trx = await stage.api.transaction();
    try {
      const refusal = await judge(trx, decision, new Date().toISOString() as Instant);
      if (refusal === null) assert.equal(await insertDecision(trx, decision), 'inserted');
      return refusal;
    } finally {
      await trx.rollback();
    }
  }

  test('the table of the code is the table of the design', () => {
    assert.deepEqual(Object.fromEntries(ALL_ACTS.map((act) => [act, [...ACTS[act].roles].sort()])), Object.fromEntries(ALL_ACTS.map((act) => [act, [...MAY[act]].sort()])));
    assert.deepEqual([...ALL_ACTS].sort(), Object.keys(ACTS).sort());
  });

  for (const act of ALL_ACTS) {
    test(`${act} (${MAY[act].join(', ')})`, async () => {
      // Samples that change the world around them are judged and undone by hand.
      const asked = await SAMPLES[act](stage);
      assert.equal(await judged(asked), null, 'the person whose act it is');
      for (const actor of actors) {
        const ofProvince = ['administrator', 'coordinator', 'official'].includes(actor.role);
        const expected = !MAY[act].includes(actor.role) ? 'not-allowed'
          : !ofProvince && !actor.reaches ? 'other-area'
            : BY_ASSIGNEE.includes(act) ? 'not-your-task' : BY_HEAD.includes(act) && !ofProvince ? 'seal-head-only' : null;
        assert.equal(await judged({ ...asked, actorId: actor.id } as AskedBody), expected, actor.name);
      }
      // The same at another school, where none of the ids belong: nobody of the first school gets there, and the coordinator finds nothing.
      if (asked.schoolCode !== null) {
        const elsewhere = { ...asked, schoolCode: stage.school(1) } as AskedBody;
        const there = actors.find((actor) => actor.role === MAY[act][0] && !actor.reaches);
        if (there !== undefined && there.role !== 'office') assertForeign(act, await judged({ ...elsewhere, actorId: there.id } as AskedBody));
        if (MAY[act].includes('coordinator')) assertForeign(act, await judged({ ...elsewhere, actorId: stage.who.department('coordinator') } as AskedBody));
        if (!MAY[act].every((role) => role === 'coordinator')) {
          const own = actors.find((actor) => actor.role === MAY[act].find((role) => role !== 'coordinator') && actor.reaches)!;
          assert.equal(await judged({ ...elsewhere, actorId: own.id } as AskedBody), 'other-area', 'of the first school');
        }
      }
      await stage.owner.raw('UPDATE campaign_school SET exempt_reason = NULL, exempt_until = NULL');
    });
  }

  /** Ids of another school in the payload: refused, except where the act names nothing but the school itself. */
  function assertForeign(act: Act, code: RefusalCode | 'insertable' | null): void {
    const free: readonly Act[] = ['extend_deadline', 'remind_school', 'exempt_school'];
    if (free.includes(act)) assert.equal(code, null);
    else assert.ok(code !== null && ['not-found', 'upload-not-waiting', 'not-refused', 'person-not-of-school'].includes(code), `${act}: ${String(code)}`);
  }
});
