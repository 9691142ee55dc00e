import { defineCheck } from '../../check.ts';
import { pass, unknown, warn } from '../../judgement.ts';
import { counted, listed } from '../../wording.ts';
import { ofMember } from '../ganeti/member.ts';
import { runningGuests } from './running.ts';

/** Guests run as whom the cluster says. */
export const guestUser = defineCheck({
  id: 'security.guest-user',
  title: 'Guests run as the user that the security model wants',
  why:
    'Who breaks out of a QEMU that runs as root owns the node. Ganeti starts guests as root ' +
    'unless security_model says user or pool, which holds only from their next start on.',
  rules: ['SEC-06'],
  needs: ['ganeti', 'guests'],
  judge: ({ ganeti, guests }) =>
    ofMember(ganeti, ({ ssconf }) => {
      const model = ssconf.hvparamsKvm?.security_model ?? 'none';
      const { told, untold } = runningGuests(guests);
      const unseen = told.filter(({ uid }) => uid === null).map(({ instance }) => instance);
      const asRoot = told.filter(({ uid }) => uid === 0).map(({ instance }) => instance);
      if (model !== 'none' && asRoot.length > 0) {
        return warn(
          `security_model is ${model}, but ${listed(asRoot)} run as root; expected another user`,
          'gnt-instance stop and start; see whether they have a security_model of their own',
        );
      }
      const hidden = [...untold, ...unseen];
      if (hidden.length > 0) return unknown(`who runs ${listed(hidden)} is not known`);
      const found = `${asRoot.length} of ${counted(told.length, 'running guest')} as root`;
      return pass(`${found} (security_model ${model})`);
    }),
});
