import type { Route } from '../../route.js';
import { health } from './health.js';
import { home } from './home.js';
import { openTaskLink } from './openTaskLink.js';
import { setPassword, showSetPassword } from './setPassword.js';
import { showSignIn } from './showSignIn.js';
import { signIn } from './signIn.js';
import { signOut } from './signOut.js';

export const accessRoutes: readonly Route[] = [health, home, showSignIn, signIn, signOut, showSetPassword, setPassword, openTaskLink];
