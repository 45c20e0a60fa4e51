import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { inputTime } from '../../../dashboards/format.js';
import { createPacketCertificate, createSigningAccounts } from '../../../sandbox/province/accounts.js';
import { expectedWorkbook, unitsWorkbook } from '../../../sandbox/province/workbooks.js';
import { choosePassword, signInByHand } from '../../support/browserCrowd.js';
import { inspect, inspectBothWidths } from '../../support/browserInspect.js';
import { projectRoot } from '../../support/projectRoot.js';
import { reloadUntil, tileCount, XLSX, type Scene } from './scene.js';

/** The one-time link of `hub admin-link`, then the Sở's certificate, then an invitation to who coordinates. */
export async function firstAdministrator({ stage, crowd }: Scene): Promise<void> {
  const { firstAdministratorLink } = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'adminLink.mjs')).href)) as { firstAdministratorLink: (env: Readonly<Record<string, string>>) => Promise<string> };
  const link = await firstAdministratorLink(stage.hub.env['migrate']!);
  const seat = await crowd.open(1280);
  const { page } = seat;
  await page.goto(link);
  await inspect(page, 'choose a password');
  await page.getByLabel('Tên đăng nhập').fill('quantri');
  await page.getByLabel('Mật khẩu', { exact: true }).fill('ngắn');
  await page.getByLabel('Nhập lại mật khẩu').fill('khác');
  await page.getByRole('button', { name: 'Đặt mật khẩu và vào hệ thống' }).click();
  await page.getByText('Mật khẩu cần ít nhất').first().waitFor();
  assert.equal(await page.getByLabel('Tên đăng nhập').inputValue(), 'quantri', 'what was right is not typed twice');
  await choosePassword(page);
  await page.getByRole('heading', { level: 1, name: 'Người dùng cấp Sở' }).waitFor();

  await page.getByRole('link', { name: 'Chứng thư số của Sở' }).click();
  await page.getByText('Chưa nạp thì chưa phát động được đợt nào').waitFor();
  const packet = await createPacketCertificate(stage.province, crowd.town.signing);
  await page.getByLabel('Tệp chứng thư (PEM)').setInputFiles({ name: 'chung-thu.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(packet.certificate) });
  await page.getByLabel('Tệp khóa bí mật (PEM)').setInputFiles({ name: 'khoa.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(packet.privateKey) });
  await page.getByRole('button', { name: 'Nạp chứng thư' }).click();
  await page.getByRole('heading', { name: 'Chứng thư đang dùng' }).waitFor();
  await inspectBothWidths(page, 'packet certificate');

  await page.getByRole('link', { name: 'Người dùng cấp Sở' }).click();
  const { fullName, email, phone, personalNumber } = crowd.staff('SO-CV01');
  for (const [label, value] of [['Họ và tên', fullName], ['Địa chỉ thư', email], ['Điện thoại', phone], ['Số định danh cá nhân', personalNumber]] as const) await page.getByRole('form', { name: 'Mời người dùng' }).getByLabel(label).fill(value);
  await page.getByRole('form', { name: 'Mời người dùng' }).getByLabel('Vai trò').selectOption('coordinator');
  await page.getByRole('button', { name: 'Gửi thư mời' }).click();
  await page.getByRole('rowheader', { name: fullName }).waitFor();
  await inspectBothWidths(page, 'people of the Sở');

  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await page.goto(link);
  await page.getByText('Liên kết này đã được dùng hoặc đã hết hạn').waitFor();
  await page.getByRole('link', { name: 'đăng nhập' }).click();
  await signInByHand(page, 'quantri');
  await page.getByRole('heading', { level: 1, name: 'Người dùng cấp Sở' }).waitFor();
  await crowd.leave(seat);
}

/** Two workbooks, a campaign, a preview that says what will be frozen, the launch. */
export async function coordinatorLaunches({ stage, crowd }: Scene): Promise<void> {
  const { province } = stage;
  const seat = await crowd.seat('SO-CV01');
  const { page } = seat;
  await page.getByRole('link', { name: 'Nạp danh mục đơn vị và nhân sự' }).click();
  await upload(page, 'don-vi.xlsx', await unitsWorkbook(province, await createSigningAccounts(province, crowd.town.signing)));
  await page.getByText('Tệp đúng và đã được nạp').waitFor();
  await inspect(page, 'result of an upload');
  await page.getByRole('link', { name: 'Tiếp tục' }).click();
  await reloadUntil(page, async () => await tileCount(page, 'Người ký chưa có chứng thư') + await tileCount(page, 'Trường chưa có chứng thư tổ chức') === 0);
  assert.equal(await tileCount(page, 'Trường'), province.schools.length);
  assert.equal(await tileCount(page, 'Nhân sự'), province.staff.length + 1, 'everybody of the workbook, and the administrator');
  await inspect(page, 'directory');

  await page.getByRole('link', { name: 'Đợt phát hành' }).first().click();
  await page.getByRole('link', { name: 'Tạo đợt mới' }).click();
  await createCampaign(page);
  stage.campaignId = new URL(page.url()).pathname.split('/').at(-1)!;
  await page.getByText('Đợt đang chuẩn bị: chưa ai nhận được việc').waitFor();
  await upload(page, 'hoc-sinh.xlsx', await expectedWorkbook(province));
  await page.getByText('Tệp đúng và đã được nạp').waitFor();
  await page.getByRole('link', { name: 'Tiếp tục' }).click();
  await inspect(page, 'campaign in preparation');
  await page.getByRole('link', { name: 'Xem trước và phát động' }).click();

  const pupils = province.schools.flatMap((school) => school.classes).reduce((sum, one) => sum + one.pupils.length, 0);
  assert.equal(await tileCount(page, 'Học bạ phải có'), pupils);
  assert.ok(await tileCount(page, 'Chưa đủ điều kiện phát hành') > 0, 'pupils without a number and foreign ones are counted before the launch');
  await page.getByText('1 hạn đã qua').waitFor();
  await inspect(page, 'preview of the launch');
  await page.getByRole('button', { name: 'Phát động đợt' }).click();
  assert.ok(await page.getByRole('heading', { name: 'Xác nhận' }).isVisible(), 'nothing is launched without the tick');
  await page.getByLabel(/Tôi đã xem .* và đồng ý chốt danh sách này/).check();
  await page.getByRole('button', { name: 'Phát động đợt' }).click();
  await reloadUntil(page, async () => await page.getByRole('heading', { name: 'Theo địa bàn', exact: true }).count() === 1);
  assert.equal(await tileCount(page, 'Phải có'), pupils, 'the frozen list is the denominator');
  await crowd.leave(seat);
}

async function createCampaign(page: Page): Promise<void> {
  await page.getByLabel('Năm học').fill('2025-2026');
  // The first deadline has passed already: this is accepted, said before the launch, and makes the schools late at once.
  for (const [label, hours] of [['Thu thập dữ liệu', -2], ['GVCN rà soát', 24], ['Ký duyệt', 48], ['Ký số phát hành', 72]] as const) await page.getByLabel(label).fill(inputTime(Date.now() + hours * 3_600_000));
  await page.getByText('Nhắc việc, ký và gửi Kho').click();
  await page.getByLabel('Học bạ chờ nhau để gom gói').fill('hai giây');
  await inspect(page, 'new campaign');
  await page.getByRole('button', { name: 'Tạo đợt' }).click();
  await page.getByText('Ghi số kèm đơn vị').first().waitFor();
  await page.getByLabel('Học bạ chờ nhau để gom gói').fill('2 giây');
  await page.getByLabel('Tin "không tìm thấy" của Kho sau').fill('1 giây');
  await page.getByRole('button', { name: 'Tạo đợt' }).click();
  await page.waitForURL(/\/dot\/[0-9a-f-]{36}/);
}

async function upload(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.getByLabel('Tệp Excel (.xlsx)').setInputFiles({ name, mimeType: XLSX, buffer });
  await page.getByRole('button', { name: 'Nạp tệp' }).click();
}
