import type { Route } from '../../route.js';
import { passwordLinkFor } from './passwordLink.js';
import { setPacketKey, showPacketKey } from './packetKey.js';
import { appoint, inviteAgain, searchPeople, showPeople } from './people.js';

export const administrationRoutes: readonly Route[] = [showPeople, appoint, inviteAgain, searchPeople, passwordLinkFor, showPacketKey, setPacketKey];
