import { CardPage } from '../../../dashboards/pages/cards/card.js';
import { campaignById } from '../../../db/views/campaigns.js';
import { cardAudit, cardDocument, cardPackets, cardSignatures, cardVersions, vendorSignatures, type CardFacts } from '../../../db/views/cardHistory.js';
import { ACTS } from '../../../domain/acts.js';
import { RECEIVED_STATES } from '../../../domain/cardState.js';
import type { Role } from '../../../domain/roles.js';
import { CARD_READERS, COORDINATOR } from '../../auth/access.js';
import { hasRole } from '../../auth/me.js';
import { sendFile, sendPage } from '../../http/answer.js';
import { freshForm, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { fileOfCard } from '../../rendition/storedAs.js';
import { SHARERS } from '../share/roles.js';
import { loadCard } from './load.js';

/** One card with everything that ever happened to it. */
export async function renderCard(visit: Visit, card: CardFacts, problem?: Problem): Promise<void> {
  const { db } = visit.services;
  const key = { cardId: card.cardId };
  const [audit, made, foreign, packets, versions, campaign] = await Promise.all([
    cardAudit(db, key), cardSignatures(db, key), vendorSignatures(db, key), cardPackets(db, key), cardVersions(db, { pupilId: card.pupilId }), campaignById(db, { campaignId: card.campaignId }),
  ]);
  const signatures = [...made, ...foreign];
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, visit.request.body, problem);
  await sendPage(visit, {
    title: `Học bạ: ${card.fullName}`, status: visit.response.statusCode,
    view: CardPage({
      card, audit, signatures, packets, versions, form, isCoordinator: hasRole(visit.me, COORDINATOR),
      mayShare: visit.me.grants.some((grant) => (SHARERS as readonly Role[]).includes(grant.role) && grant.schoolCode === card.schoolCode) && (RECEIVED_STATES as readonly string[]).includes(card.state),
      mayMend: hasRole(visit.me, ACTS.resend_cards.roles) && campaign?.state === 'running' && card.state === 'refused',
    }),
    model: { card, audit, signatures, packets, versions, decisionId: form.decisionId },
  });
}

export const showCard: Route = { method: 'get', path: '/hoc-ba/:cardId', access: CARD_READERS, handle: async (visit) => renderCard(visit, await loadCard(visit)) };

/** The very bytes that were signed: never written anew, so that whoever checks the signature checks what we hold. Around a card of other software may stand its namespaces. */
export const cardXml: Route = {
  method: 'get', path: '/hoc-ba/:cardId/xml', access: CARD_READERS,
  handle: async (visit) => {
    const card = await loadCard(visit);
    const stored = await cardDocument(visit.services.db, { cardId: card.cardId });
    if (stored?.document == null) throw new Refused('not-found');
    sendFile(visit.response, { name: `hoc-ba-${card.cardId}.xml`, type: 'application/xml; charset=utf-8', bytes: fileOfCard({ ...stored, document: stored.document }) });
  },
};
