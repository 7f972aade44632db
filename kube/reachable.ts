import type { ClusterContext } from "./kubeconfig";
import { ANONYMOUS } from "./kubeconfigSchema";
import { endpointOf } from "./request";
import { openTransport, TIMEOUT_MS } from "./transport";

/**
 * Waits until the API server of a context answers with any status: 401 and 403 also prove that it is reachable. No
 * credentials are sent and no plugin runs, so the server's certificate is not verified; later requests do that.
 * @throws Error with the system's reason, within 8 s.
 */
export async function answers(context: ClusterContext, timeoutMs = TIMEOUT_MS, env = process.env): Promise<void> {
    const endpoint = endpointOf({ ...context, user: ANONYMOUS }, env);
    const transport = await openTransport(
        {
            ...endpoint,
            tls: { servername: endpoint.tls.servername, rejectUnauthorized: false },
        },
        timeoutMs,
    );
    await transport.send({ path: "/version", headersOnly: true });
}
