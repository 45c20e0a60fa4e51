import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { campaignWorkflowId, directoryWorkflowId, packetWorkflowId, reportsWorkflowId, roundScheduleId, roundWorkflowId, schoolWorkflowId, workflowSubject, type WorkflowSubject } from '../../domain/workflowIds.js';
import { seededRandom } from '../../domain/seededRandom.js';

const key = { provinceCode: '92', schoolYear: '2025-2026', level: 'primary', cycle: 'main' };

describe('workflow ids', () => {
  test('are as people look for them in Temporal', () => {
    assert.equal(directoryWorkflowId('92'), 'directory/92');
    assert.equal(reportsWorkflowId('92'), 'reports/92');
    assert.equal(campaignWorkflowId(key), 'campaign/92/2025-2026/primary/main');
    assert.equal(schoolWorkflowId(key, '0092001'), 'school/92/2025-2026/primary/main/0092001');
    assert.equal(roundScheduleId('digest', key), 'round/digest/92/2025-2026/primary/main');
    assert.equal(packetWorkflowId('7b0e7c1e-0000-4000-8000-000000000000'), 'packet/7b0e7c1e-0000-4000-8000-000000000000');
  });
  test('read back as what they were made of', () => {
    const cases: [string, WorkflowSubject][] = [
      [directoryWorkflowId('92'), { type: 'directory', provinceCode: '92' }],
      [reportsWorkflowId('92'), { type: 'reports', provinceCode: '92' }],
      [campaignWorkflowId(key), { type: 'campaign', key }],
      [schoolWorkflowId(key, '0092001'), { type: 'school', key, schoolCode: '0092001' }],
      [packetWorkflowId('7b0e7c1e'), { type: 'packet', messageId: '7b0e7c1e' }],
      [roundWorkflowId('digest', key), { type: 'round', round: 'digest', key }],
      // As a Schedule starts it.
      [`${roundWorkflowId('expiry', key)}-2026-05-21T23:30:00Z`, { type: 'round', round: 'expiry', key }],
    ];
    for (const [id, subject] of cases) assert.deepEqual(workflowSubject(id), subject);
  });
  test('keep any school code whole: slashes, percent signs, Vietnamese letters', () => {
    const random = seededRandom(11);
    const letters = ['/', '%', '%2F', ' ', 'Đ', 'ế', '-', '0', '9', 'A', '.', '..', '#', '?', '+'];
    for (let round = 0; round < 500; round += 1) {
      const schoolCode = Array.from({ length: 1 + Math.floor(random() * 6) }, () => letters[Math.floor(random() * letters.length)]).join('');
      assert.deepEqual(workflowSubject(schoolWorkflowId(key, schoolCode)), { type: 'school', key, schoolCode });
    }
  });
  test('are refused when this module did not build them', () => {
    for (const id of [
      '', 'school', 'school/', 'directory/', 'directory/92/x', 'campaign/92/2025-2026/primary', 'campaign/92/2025-2026/primary/main/x/y', 'campaign/92//primary/main', 'campaign/92/2025-2026/primary/',
      'school/92/2025-2026/primary/main', 'school/92/2025-2026/primary/main/', 'school/92/2025-2026/primary/main/1/2', 'packet/', 'packet/a/b', 'School/92/2025-2026/primary/main/1', 'other/92',
      'round/digest/92/2025-2026/primary/main', 'round/other/92/2025-2026/primary/main/at', 'round/digest/92/2025-2026/primary/at', 'round/digest/92/2025-2026/primary/main/at-soon',
      'directory/%', 'directory/%zz', 'directory/%39%32', 'directory/9 2',
    ]) assert.throws(() => workflowSubject(id), /not a workflow id/, id);
  });
  test('are never built of nothing', () => {
    assert.throws(() => schoolWorkflowId(key, ''), /empty/);
    assert.throws(() => campaignWorkflowId({ ...key, cycle: '' }), /empty/);
  });
});
