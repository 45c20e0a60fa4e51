import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsLook, unitsDifferences, type UnitsNamed, type UnitsNow } from '../../domain/unitsDifferences.js';

const office = { code: 'P1', name: 'Phường Một', kind: 'commune', phone: null, email: null };
const school = { code: 'T1', name: 'Trường Một', officeCode: 'P1', communeName: 'Một', districtName: null, address: 'Tổ 1', taxCode: '0990000001', phone: null, email: null, sealAccount: null, sealFingerprint: null, paperReason: null, paperUntil: null };
const person = (number: string, fullName: string) => ({ personalNumber: number, fullName, email: `${number}@x.test`, phone: null, signingAccount: null, certificateFingerprint: null });
const grant = (number: string, role: UnitsNow['grants'][number]['role'], more: Partial<UnitsNow['grants'][number]> = {}): UnitsNow['grants'][number] =>
  ({ grantId: `${number}-${role}`, personId: `p${number}`, personalNumber: number, fullName: `Người ${number}`, role, unitCode: 'T1', unitName: 'Trường Một', classNames: null, state: 'held', ...more });
const named = (number: string, role: UnitsNamed['roles'][number]['role'], classNames: string[] = []) => ({ personalNumber: number, role, unitCode: 'T1', classNames });
const NOW: UnitsNow = { offices: [office], schools: [school], people: ['1', '2', '3'].map((one) => person(one, `Người ${one}`)), grants: [grant('1', 'principal'), grant('2', 'clerk'), grant('3', 'homeroom', { classNames: ['1A'] })] };
const SAME: UnitsNamed = { offices: [office], schools: [school], people: NOW.people, roles: [named('1', 'principal'), named('2', 'clerk'), named('3', 'homeroom', ['1A'])] };
const differ = (change: Partial<UnitsNamed>, now: Partial<UnitsNow> = {}) => unitsDifferences({ ...NOW, ...now }, { ...SAME, ...change });

describe('a workbook against the directory', () => {
  test('that says the same changes nothing, and nobody has to look', () => {
    const same = differ({});
    assert.deepEqual(same, { added: [], changed: [], again: [], gone: [], heads: [] });
    assert.equal(needsLook(same), false);
  });
  test('that only adds needs no look: an office, a school, a person, a further role', () => {
    const found = differ({
      offices: [office, { ...office, code: 'P2', name: 'Phường Hai' }], schools: [school, { ...school, code: 'T2', name: 'Trường Hai' }],
      people: [...SAME.people, person('4', 'Người 4')], roles: [...SAME.roles, named('4', 'deputy'), named('3', 'clerk')],
    });
    assert.deepEqual(found.added.map((one) => [one.what, one.name]), [['office', 'Phường Hai'], ['school', 'Trường Hai'], ['person', 'Người 4'], ['role', 'Người 3']]);
    assert.equal(needsLook(found), false);
  });
  test('that no longer names somebody says whom, role by role, and takes nobody out by itself', () => {
    const found = differ({ people: SAME.people.slice(0, 1), roles: SAME.roles.slice(0, 1) });
    assert.deepEqual(found.gone.map((one) => one.grantId), ['2-clerk', '3-homeroom']);
    assert.equal(needsLook(found), true);
  });
  test('says each field that changes, with what it was; a blank signing account keeps what is known', () => {
    const found = differ({
      schools: [{ ...school, phone: '0200', sealAccount: 'ts-1' }], people: [{ ...person('1', 'Người Một'), phone: '09', signingAccount: null }, ...SAME.people.slice(1)],
      roles: [named('1', 'principal'), named('2', 'clerk'), named('3', 'homeroom', ['1B'])],
    }, { people: [{ ...person('1', 'Người 1'), signingAccount: 'tk-1' }, ...NOW.people.slice(1)] });
    assert.deepEqual(found.changed.map(({ field, from, to }) => [field, from, to]), [
      ['Điện thoại', null, '0200'], ['Tài khoản ký số phát hành', null, 'ts-1'], ['Họ và tên', 'Người 1', 'Người Một'], ['Điện thoại', null, '09'], ['Lớp chủ nhiệm', '1A', '1B'],
    ]);
  });
  test('that names another head is a change of head, neither a new role nor a lost one', () => {
    const found = differ({ people: [...SAME.people, person('4', 'Người 4')], roles: [named('4', 'principal'), ...SAME.roles.slice(1)] });
    assert.deepEqual(found.heads, [{ grantId: '1-principal', schoolCode: 'T1', schoolName: 'Trường Một', current: 'Người 1', named: 'Người 4' }]);
    assert.deepEqual([found.gone, found.added.map((one) => one.what)], [[], ['person']]);
  });
  test('that names again what was ended by a decision is looked at, what ends on a day ahead is left as planned', () => {
    const ended = differ({}, { grants: [NOW.grants[0]!, grant('2', 'clerk', { state: 'ended' }), NOW.grants[2]!] });
    assert.deepEqual(ended.again, [{ name: 'Người 2', role: 'clerk', unitName: 'Trường Một' }]);
    assert.equal(needsLook(ended), true);
    const ending = { grants: [NOW.grants[0]!, grant('2', 'clerk', { state: 'ending' }), NOW.grants[2]!] };
    assert.equal(needsLook(differ({}, ending)), false);
    assert.deepEqual(differ({ roles: [SAME.roles[0]!, SAME.roles[2]!] }, ending).gone, []);
  });
  test('says nothing of people of the Sở itself, whom the administrator manages', () => {
    assert.deepEqual(differ({}, { grants: [...NOW.grants, grant('9', 'coordinator', { unitCode: null, unitName: '' })] }).gone, []);
  });
});
