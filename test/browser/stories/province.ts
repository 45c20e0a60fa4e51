import { rosterWorkbook } from '../../../sandbox/province/workbooks.js';
import { cardsIn, othersDo } from '../../support/browserOthers.js';
import { until, type Stage } from '../../support/stage.js';

/** The first school's teachers have signed, the second school is done, half of the third's classes are signed; nothing came from the others. */
export async function playHalfway(stage: Stage): Promise<void> {
  const [first, second, third] = stage.province.schools;
  await Promise.all([first!, second!, third!].map(async ({ code }, index) => {
    const clerk = await stage.person(`T0${index + 1}-VT`);
    const uploadId = await stage.upload('roster', await rosterWorkbook(stage.province, code), code, clerk);
    await stage.ask({ act: 'upload_roster', actorId: clerk, campaignId: stage.campaignId, schoolCode: code, payload: { uploadId } });
    await until(async () => await cardsIn(stage, code, ['drafted']) > 0);
  }));
  const none = (code: string, states: readonly string[]) => async () => await cardsIn(stage, code, states) === 0;
  await othersDo(stage, 'review', second!.code, none(second!.code, ['drafted']));
  await othersDo(stage, 'approve', second!.code, none(second!.code, ['teacher_signed']));
  await othersDo(stage, 'seal', second!.code, none(second!.code, ['principal_signed']));
  await othersDo(stage, 'review', first!.code, none(first!.code, ['drafted']));
  const later = third!.classes.slice(0, 3).map(({ name }) => name);
  const ofOthers = third!.classes.filter(({ name }) => !later.includes(name)).map(({ name }) => name);
  await othersDo(stage, 'review', third!.code, async () => (await Promise.all(ofOthers.map((name) => cardsIn(stage, third!.code, ['drafted'], name)))).every((count) => count === 0), { butNot: later });
  await until(none(second!.code, ['sealed', 'received', 'packed', 'sending', 'unknown', 'submitted']));
}
