import type { Route } from '../../route.js';
import { reissueCard, resendCard } from './mend.js';
import { cardBundle, cardPdf, classPdf } from './print.js';
import { showClassCards, showSchoolCards } from './schoolCards.js';
import { cardXml, showCard } from './show.js';

export const cardRoutes: readonly Route[] = [showCard, cardXml, cardPdf, cardBundle, classPdf, showSchoolCards, showClassCards, resendCard, reissueCard];
