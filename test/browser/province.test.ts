import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Crowd, townOf } from '../support/browserCrowd.js';
import { inspect, inspectBothWidths, scaleOf } from '../support/browserInspect.js';
import { cardsIn } from '../support/browserOthers.js';
import { confirmOnPhone } from '../support/browserPhone.js';
import { checkPicture, pictureFolder, takePicture } from '../support/browserPicture.js';
import { startStage, type Stage } from '../support/stage.js';
import { skipWithout } from '../support/tools.js';
import { officialDownloadsReport } from './stories/official.js';
import { playHalfway } from './stories/province.js';
import type { Scene } from './stories/scene.js';
import { wholeTour } from './stories/tour.js';

/** A province of six schools in the middle of its campaign: one done, one before approval, one in review, three late. */
describe('the pages of a province at work', () => {
  let scene: Scene;
  let stage: Stage | undefined;
  before(async () => {
    stage = await startStage('browser-province', { size: 'small', seed: 7, deadlines: { collect: -3, review: 30, approve: 54, seal: 78 } });
    scene = { stage, crowd: await Crowd.gather(townOf(stage.hub, stage.province)) };
    await playHalfway(stage);
  });
  after(async () => {
    await scene?.crowd.close();
    await stage?.close();
  });

  test('the coordinator sees on one page how far the province is, and why it is no further', async () => {
    const seat = await scene.crowd.seat('SO-CV01');
    await seat.page.goto(`${scene.crowd.town.hub}/dot/${scene.stage.campaignId}`);
    await seat.page.getByRole('heading', { name: 'Vì sao còn lại' }).waitFor();
    await takePicture(seat.page, 'cockpit.png', { through: seat.page.getByRole('table', { name: 'Học bạ chưa được Kho tiếp nhận' }) });
    await scene.crowd.leave(seat);
  });

  test('a principal signs ten classes on a phone with one approval', async () => {
    const { crowd } = scene;
    const [school] = scene.stage.province.schools;
    const ready = await cardsIn(scene.stage, school!.code, ['teacher_signed']);
    const seat = await crowd.seat('T01-HT', { width: 360 });
    const { page } = seat;
    await page.goto(`${crowd.town.hub}/truong/${school!.code}/ky-duyet`);
    await page.getByText(`Trang này có ${ready} học bạ của 10 lớp`).waitFor();
    await takePicture(page, 'signing.png');
    await page.getByRole('button', { name: 'Ký duyệt các lớp đã chọn' }).click();
    await page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').waitFor();
    await confirmOnPhone(seat, crowd.town);
    await page.getByText(`Đã ký duyệt ${ready} học bạ của 10 lớp`).waitFor({ timeout: 40_000 });
    await crowd.leave(seat);
  });

  test('the progress report opens in LibreOffice as it is meant to be printed', { skip: skipWithout('soffice') }, async () => {
    const pdf = (await print(await officialDownloadsReport(scene))).toString('latin1');
    const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf)!;
    assert.deepEqual([Math.round(Number(width)), Math.round(Number(height))], [842, 595], 'A4, lying');
  });

  test('every page is light, accessible and as wide as its screen, on a desk and on a phone', async () => {
    const [busy, done, , late] = scene.stage.province.schools;
    for (const { who, paths } of await wholeTour(scene, { busy: busy!, done: done!, late: late! })) {
      const seat = who === null ? await scene.crowd.open(1280) : await scene.crowd.seat(who);
      const weigh = await scaleOf(seat);
      for (const place of paths) {
        await weigh(scene.crowd.town.hub + place);
        await inspectBothWidths(seat.page, place);
      }
      await scene.crowd.leave(seat);
    }
  });

  test('the inspection notices a page that is wide, unlabelled or pale', async () => {
    const seat = await scene.crowd.open(1280);
    const body = { pale: '<p style="color:#ccc;background:#fff">Chữ quá nhạt để đọc</p>', unlabelled: '<input name="x">', wide: '<div style="width:3000px">x</div>' };
    for (const fault of Object.values(body)) {
      await seat.page.setContent(`<!doctype html><html lang="vi"><title>x</title><main><h1>Dữ liệu mô phỏng</h1>${fault}</main>`);
      await assert.rejects(inspect(seat.page, 'a faulty page'));
    }
    await seat.page.setContent('<!doctype html><html lang="vi"><title>x</title><main><h1>Dữ liệu mô phỏng</h1></main>');
    await inspect(seat.page, 'a good page');
    await scene.crowd.leave(seat);
  });
});

/** As LibreOffice lays it out on paper; the picture of its first page where poppler is. */
async function print(workbook: Buffer): Promise<Buffer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hub-print-'));
  const run = promisify(execFile);
  try {
    await writeFile(path.join(folder, 'report.xlsx'), workbook);
    const profile = pathToFileURL(path.join(folder, 'profile')).href;
    await run('soffice', [`-env:UserInstallation=${profile}`, '--headless', '--convert-to', 'pdf', '--outdir', folder, path.join(folder, 'report.xlsx')], { timeout: 120_000 });
    if (isPresent('pdftoppm')) {
      await run('pdftoppm', ['-r', '110', '-png', '-singlefile', path.join(folder, 'report.pdf'), path.join(pictureFolder, 'workbook')]);
      checkPicture(path.join(pictureFolder, 'workbook.png'));
    }
    return await readFile(path.join(folder, 'report.pdf'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isPresent = (program: string): boolean => spawnSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
