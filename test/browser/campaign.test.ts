import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { heldByRecord } from '../../domain/pupilStatus.js';
import type { PupilRecord } from '../../domain/record.js';
import { Crowd, townOf } from '../support/browserCrowd.js';
import { startStage, type Stage } from '../support/stage.js';
import { coordinatorLaunches, firstAdministrator } from './stories/department.js';
import { clerkAnswersReport, clerkCorrectsWorkbook, clerkResendsRefused, clerkSeals, khoRefusesOnce } from './stories/clerk.js';
import { coordinatorEndsCampaign, coordinatorHelpsSchool, coordinatorKnowsWhere } from './stories/coordinator.js';
import { officeChases } from './stories/office.js';
import { officialDownloadsReport } from './stories/official.js';
import { headApprovesScriptless, headUploadsAndSignsScriptless, teacherSignsByKeyboard } from './stories/scriptless.js';
import { deputyReadsAndReturns, deputySignsOverBrokenLine } from './stories/principal.js';
import { headGivesSealAndTakesItBack } from './stories/sealKey.js';
import { school, schoolClass, type Scene } from './stories/scene.js';
import { teacherReportsWrongRow, teacherSigns } from './stories/teacher.js';
import { cardsIn, othersDo } from '../support/browserOthers.js';

/** A story takes ten to thirty seconds on two cores; one that hangs should still say what its pages showed. */
const LONGEST_MS = 90_000;

/** One campaign of a tiny province as its people see it, each story going on where the one before ended. */
describe('a campaign in the browser', () => {
  let scene: Scene;
  let stage: Stage | undefined;
  before(async () => {
    stage = await startStage('browser-campaign', { launched: false, seed: 33 });
    scene = { stage, crowd: await Crowd.gather(townOf(stage.hub, stage.province)) };
  });
  after(async () => {
    await scene?.crowd.close();
    await stage?.close();
  });

  /** Somebody whom nothing holds, so that the card reaches the Kho. */
  const refusedPupil = (now: Scene): PupilRecord['identity'] => schoolClass(now, 0, '3A').pupils.find((record) => heldByRecord(record) === null)!.identity;

  let broken = false;
  /** Each story needs the one before; the first that fails says what its pages showed. */
  const story = (sentence: string, play: (scene: Scene) => Promise<void>): void => {
    test(sentence, async () => {
      if (broken) throw new Error('not played, since an earlier story failed');
      const over = new AbortController();
      const tooLong = sleep(LONGEST_MS, undefined, { signal: over.signal }).then(() => { throw new Error(`not over after ${LONGEST_MS} ms`); });
      await Promise.race([play(scene), tooLong]).finally(() => { over.abort(); }).catch(async (error: unknown) => {
        broken = true;
        throw new Error(`${String(error)}\n${await scene.crowd.view()}`, { cause: error });
      });
    });
  };

  story('the one-time link makes the first administrator, once, who gives the hub its certificate and invites a coordinator', firstAdministrator);
  story('the coordinator uploads two workbooks, sees what will be frozen, and launches although a deadline has passed', coordinatorLaunches);
  story('the office sees who is late and with what, reminds by mail, and prints the list', officeChases);
  story('the clerk sees each of seven bad cells with its rule, mends the file that comes back, and sees differences before they count', clerkCorrectsWorkbook);
  story('the teacher reads odd rows first, reports one, and signs the corrected class with the phone in a second tab', async (now) => {
    await teacherReportsWrongRow(now, 'T01-GV01');
    await clerkAnswersReport(now, '1A');
    await teacherSigns(now, 'T01-GV01');
  });
  story('a deputy comes from the mail over a weak line, reads a card in full and returns a class with a reason', async (now) => {
    const { code } = school(now, 0);
    await othersDo(now.stage, 'review', code, async () => await cardsIn(now.stage, code, ['drafted']) === 0);
    await deputyReadsAndReturns(now);
  });
  story('one approval signs all cards but the unticked one, and a broken line loses nothing', deputySignsOverBrokenLine);
  story('the clerk seals, and sends again what the Kho refused', async (now) => {
    await khoRefusesOnce(now, refusedPupil(now));
    await clerkSeals(now);
    await clerkResendsRefused(now, refusedPupil(now).fullName);
  });
  story('the coordinator opens the list behind every count, and one card with its whole history', (now) => coordinatorKnowsWhere(now, refusedPupil(now).fullName));
  story('the coordinator extends, grants an exception and exempts, each with a reason, and reads why the campaign cannot end', coordinatorHelpsSchool);
  story('uploading, signing and approving work with JavaScript off, signing by keyboard alone', async (now) => {
    await headUploadsAndSignsScriptless(now);
    await teacherSignsByKeyboard(now);
    await headApprovesScriptless(now);
  });
  story('a head gives the hub the school\'s seal on a phone, seals without another app, and takes the key back', headGivesSealAndTakesItBack);
  story('the official downloads the numbers that the page shows', async (now) => {
    const { code } = school(now, 1);
    await othersDo(now.stage, 'seal', code, async () => await cardsIn(now.stage, code, ['teacher_signed', 'principal_signed', 'sealed']) === 0);
    await officialDownloadsReport(now);
  });
  story('the coordinator ends the campaign once nothing is unexplained', coordinatorEndsCampaign);
});
