import { expect, test } from 'vitest';
import { newAuthority } from '../../../collector/tls/authority.ts';
import { openReceiver } from './receiver.ts';
import { announceAs, openStore, startSending, untilKnown } from './sending.ts';

const own = await newAuthority(['127.0.0.1'], new Date());
const others = await newAuthority(['127.0.0.1'], new Date());
const misnamed = await newAuthority(['chat.example.org'], new Date());

const untrusted = /unable to verify|self-signed/;

test.each([
  ['of the CA that was given is trusted', { pair: own, ca: own.caCertificate, why: null }],
  ['of another CA is not', { pair: others, ca: own.caCertificate, why: untrusted }],
  ['of no CA of this machine is not', { pair: own, ca: undefined, why: untrusted }],
  ['of another name is not', { pair: misnamed, ca: misnamed.caCertificate, why: /does not match/ }],
])('a certificate %s', async (_, { pair, ca, why }) => {
  const receiver = await openReceiver({ key: pair.serverKey, cert: pair.serverCertificate });
  const store = await openStore();
  const sending = await startSending(receiver, {
    store,
    target: ca === undefined ? {} : { ca },
  });
  await untilKnown(sending);
  await announceAs(store, {});
  sending.sender.wake();
  expect(await sending.until(1)).toEqual([why === null ? 'taken' : 'failed']);
  expect(receiver.received.map(({ genuine }) => genuine)).toEqual(why === null ? [true] : []);
  expect(sending.log[0]?.replace(/^warn: /, '')).toEqual(
    why === null ? undefined : expect.stringMatching(why),
  );
});
