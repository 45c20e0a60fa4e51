import type { Route } from '../../route.js';
import { passwordLinkFor } from './passwordLink.js';
import { setPacketKey, showPacketKey } from './packetKey.js';
import { appoint, inviteAgain, searchPeople, showPeople } from './people.js';
import { proposeCertificate, proposeEnd, proposeSource, settleChange, showTrust } from './trust.js';

export const administrationRoutes: readonly Route[] = [showPeople, appoint, inviteAgain, searchPeople, passwordLinkFor, showPacketKey, setPacketKey, showTrust, proposeCertificate, proposeSource, proposeEnd, settleChange];
