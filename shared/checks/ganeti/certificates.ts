import { defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { Membership } from '../../facts/ganeti.ts';
import { fail, pass, unknown, warn } from '../../judgement.ts';
import { formatDuration } from '../../units.ts';
import { counted } from '../../wording.ts';
import { ageMs, ofMember, unlessFaulty } from './member.ts';

const DAY_MS = 24 * 3_600_000;
/** The limits of gnt-cluster verify itself, and the skew that Ganeti allows (150 s). */
const WARN_MS = 30 * DAY_MS;
const FAIL_MS = 7 * DAY_MS;
const SKEW_MS = 150_000;

type Certificate = Membership['certificates'][number];

/** The certificates of the node hold for a while. */
export const certificates = defineCheck({
  id: 'ganeti.certificates',
  title: 'The certificates of the node hold for 30 days or more',
  why:
    'When server.pem or client.pem runs out, no daemon talks to another any more. gnt-cluster ' +
    "verify reads the master's copies only; here every node's are.",
  rules: ['RUN-13'],
  needs: ['ganeti'],
  judge: ({ ganeti, collectedAt }) =>
    ofMember(ganeti, (member) => {
      const judged = member.certificates.flatMap((one) => judgeCertificate(one, collectedAt));
      return unlessFaulty(judged, `${counted(member.certificates.length, 'certificate')} hold`);
    }),
});

const REMEDY =
  'on the master: gnt-cluster renew-crypto --new-cluster-certificate (--new-rapi-certificate, …)';

/** Absence of a file is told by the check of the managed files, and of the own certificate. */
function judgeCertificate({ path, certificate }: Certificate, collectedAt: string): Judgement[] {
  const subject = nameOf(path);
  if (certificate.status === 'failed') {
    return [{ ...unknown(`${subject}: ${certificate.error.message}`), subject }];
  }
  if (certificate.value === null) return [];
  const { notBefore, notAfter } = certificate.value;
  if (-ageMs(notBefore, collectedAt) > SKEW_MS) {
    const message = `${subject} holds only from ${notBefore} on, expected it to hold now`;
    return [{ ...fail(message, 'set the clock right, then see its dates: openssl x509'), subject }];
  }
  const left = -ageMs(notAfter, collectedAt);
  if (left > WARN_MS) return [];
  const end = left < 0 ? `ran out ${formatDuration(-left)} ago` : `ends in ${formatDuration(left)}`;
  const message = `${subject} ${end} (${notAfter}), expected ${formatDuration(WARN_MS)} or more`;
  return [{ ...(left <= FAIL_MS ? fail : warn)(message, REMEDY), subject }];
}

/** The certificate by which the node is known to the others. */
export const clientCertificate = defineCheck({
  id: 'ganeti.client-certificate',
  title: "The node's client certificate is the one the cluster knows",
  why:
    'Nodes accept commands only from the certificates of master candidates in ssconf; one that ' +
    'is not listed cannot become master, one listed wrongly may command.',
  rules: ['RUN-13'],
  needs: ['ganeti'],
  judge: ({ ganeti }) => ofMember(ganeti, judgeClient),
});

function judgeClient({ certificates: all, role, ssconf }: Membership): Judgement {
  const own = all.find(({ path }) => nameOf(path) === 'client.pem');
  if (own === undefined) return unknown('the agent did not look for client.pem');
  const certificate = known(own.certificate);
  const renew = 'on the master: gnt-cluster renew-crypto --new-node-certificates';
  if (certificate === null) return fail('client.pem does not exist, expected one', renew);
  const listed = ssconf.candidateCertificates.some(({ sha1 }) => sha1 === certificate.sha1);
  const isCandidate = role === 'master' || role === 'candidate';
  if (isCandidate && !listed) {
    return fail("client.pem is not among the candidates' in ssconf, expected it there", renew);
  }
  if (!isCandidate && listed) {
    return fail("client.pem is among the candidates' in ssconf, but the node is none", renew);
  }
  if (certificate.selfSigned) {
    return warn('client.pem is signed by itself, expected the cluster to sign it', renew);
  }
  return pass(isCandidate ? 'client.pem is listed in ssconf' : 'client.pem, listed nowhere');
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
