// An admission webhook in plain node:http. It warns of containers that a pod's own rules will never restart, and refuses a
// resize that would restart a container, unless an annotation allows it.
//
//     node admission.js PORT          (behind something that speaks TLS)

import { createServer, type Server } from 'node:http';
import { pathToFileURL } from 'node:url';

import { Kubernetes, PodverdictError } from 'podverdict';

const ALLOWED = 'example.com/resize-may-restart';

interface Pod {
  metadata?: { annotations?: { [name: string]: string } };
  spec?: { containers?: { name: string }[] };
}
interface Review {
  apiVersion: string;
  kind: string;
  request: { uid: string; operation: string; subResource?: string; object: Pod; oldObject?: Pod | null };
}
interface Response {
  uid: string;
  allowed: boolean;
  status?: { code: number; message: string };
  warnings?: string[];
}

/** The response to one request. */
export function review(k8s: Kubernetes, { request }: Review): Response {
  const { uid, object: pod, oldObject: oldPod } = request;
  if (request.subResource === 'resize' && oldPod) {
    const { restarts } = k8s.resizeActions({ pod, oldPod });
    if (restarts.length > 0 && pod.metadata?.annotations?.[ALLOWED] !== 'true') {
      const names = restarts.map(({ name, resource }) => `${name} (${resource})`).join(', ');
      return { uid, allowed: false, status: { code: 403, message: `this resize restarts ${names}; set ${ALLOWED} to allow it` } };
    }
    return { uid, allowed: true };
  }
  const warnings = k8s.restartDecision({ pod, exitCode: 1 }).containers
    .filter((container) => !container.init && container.onExit?.verdict === 'leave')
    .map((container) => `${container.name} is not restarted when it fails: ${container.onExit?.message ?? ''}`);
  return { uid, allowed: true, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** The server; what cannot be read is the caller's fault. */
export function serve(k8s: Kubernetes): Server {
  return createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      try {
        const asked = JSON.parse(Buffer.concat(parts).toString()) as Review;
        const { apiVersion, kind } = asked;
        outgoing.setHeader('content-type', 'application/json');
        outgoing.end(JSON.stringify({ apiVersion, kind, response: review(k8s, asked) }));
      } catch (error) {
        const known = error instanceof PodverdictError || error instanceof SyntaxError || error instanceof TypeError;
        outgoing.statusCode = known ? 400 : 500;
        outgoing.end(error instanceof Error ? error.message : '');
      }
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  serve(new Kubernetes('1.37')).listen(Number(process.argv[2] ?? 8080));
}
