import { X509Certificate } from "node:crypto";
import { image } from "../../components/spire/images";
import type { Expectation } from "../expectation";
import { parseDuration } from "../../settings/shared/duration";
import { failed, judge, type Outcome, passed } from "../outcome";
import { same } from "../compare";
import type { DeepCheck } from "./check";
import { type Lab, perLab } from "./lab";
import { type IdentitySource, type ProbeSpec, SVID_FOLDER } from "./probePod";
import { RESULTS } from "./tasks";

const TOPIC = "Identity";
const LOOK = "get clusterstaticentries,clusterspiffeids,pods --output wide";

/** Time that a new SVID can take (s), beyond half of its lifetime: the agent's sync interval and a slow server. */
const ROTATION_SLACK_SECONDS = 60;

/** Timeout of a client for its server (s). */
const CONNECT_SECONDS = 20;

/** The SPIFFE ID of the app's pods. */
function spiffeId({ trustDomain, namespace, names }: Expectation): string {
    return `spiffe://${trustDomain}/ns/${namespace}/sa/${names.serviceAccount}`;
}

/** Why the mesh has no identities here. */
function withoutSpire({ mesh }: Expectation): string | undefined {
    return mesh.spireSocket.type === "none" ? "pods do not reach the Workload API (mesh.spireSocket.type)" : undefined;
}

function source({ spire, mesh }: Expectation): IdentitySource {
    return { image: image({ settings: spire.settings }, "agent").image, socketPath: mesh.spireSocket.path };
}

/** A pod with the identity of the app. */
function appPod({ expected }: Lab, name: string, task: ProbeSpec["task"]): ProbeSpec {
    return { name, namespace: expected.namespace, asApp: true, identity: source(expected), task };
}

/** A pod that shows its SVID and serves mutual TLS by it, on the port that the mesh's policies leave open. */
const servingPod = perLab(async (lab) => {
    lab.progress("a new pod and its SVID");
    const { mesh } = lab.expected;
    const task = { task: "serveTls", folder: SVID_FOLDER, port: mesh.ports.mesh } as const;
    const probe = await lab.start(appPod(lab, "tls-server", task));
    const served = await lab.reported(probe, RESULTS.served);
    const { metadata, status } = await lab.pod(probe, ({ status: now }) => now.podIP !== "");
    return { ...served, address: status.podIP, created: metadata.creationTimestamp };
});

/** URIs of a certificate. */
function urisOf({ subjectAltName = "" }: X509Certificate): string[] {
    return subjectAltName.split(", ").flatMap((name) => (name.startsWith("URI:") ? [name.slice("URI:".length)] : []));
}

/** The certificates in a PEM text. */
function certificates(pem: string): X509Certificate[] {
    return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
        (text) => new X509Certificate(text),
    );
}

/** Whether a chain, leaf first, ends at a certificate of the bundle. */
function isTrusted(chain: readonly X509Certificate[], bundle: readonly X509Certificate[]): boolean {
    return chain.every((one, index) =>
        [chain[index + 1], ...bundle].some((issuer) => issuer !== undefined && one.verify(issuer.publicKey)),
    );
}

/** Evaluates an SVID: expected SPIFFE ID, signed by the trust bundle, currently valid. */
export function judgeSvid(expected: Expectation, svid: string, bundle: string, seconds: number): Outcome {
    const chain = certificates(svid);
    const [leaf] = chain;
    if (leaf === undefined) {
        return failed("the SVID has no certificate");
    }
    return judge(
        [
            ...same("SPIFFE ID", spiffeId(expected), urisOf(leaf).join(", ")),
            ...same("signed by the trust bundle", true, isTrusted(chain, certificates(bundle))),
            ...same("valid", true, Date.parse(leaf.validFrom) <= Date.now() && Date.now() < Date.parse(leaf.validTo)),
        ],
        `${spiffeId(expected)}, ${Math.max(0, seconds).toFixed(1)} s after the pod was created`,
    );
}

/** Checks of the identity that a pod of the app receives from SPIRE. */
export const IDENTITY_CHECKS: readonly DeepCheck[] = [
    {
        topic: TOPIC,
        name: "a new pod gets its SVID",
        look: LOOK,
        containers: true,
        notHere: withoutSpire,
        async run(lab) {
            const { svid, bundle, at, created } = await servingPod(lab);
            return judgeSvid(lab.expected, svid, bundle, at - created.getTime() / 1000);
        },
    },
    {
        topic: TOPIC,
        name: "two pods do mutual TLS by their SVIDs",
        look: LOOK,
        containers: true,
        notHere: withoutSpire,
        async run(lab) {
            const { address } = await servingPod(lab);
            lab.progress("a second pod, which connects to the first");
            const { ports } = lab.expected.mesh;
            const task = {
                task: "connectTls",
                folder: SVID_FOLDER,
                host: address,
                port: ports.mesh,
                seconds: CONNECT_SECONDS,
            } as const;
            const { server, client, fault } = await lab.result(
                await lab.start(appPod(lab, "tls-client", task)),
                RESULTS.connected,
            );
            if (fault !== undefined) {
                return failed(`no connection to ${address}:${ports.mesh}: ${fault}`);
            }
            const id = spiffeId(lab.expected);
            return judge(
                [...same("server's ID", id, server.join(", ")), ...same("client's ID", id, client.join(", "))],
                `port ${ports.mesh}`,
            );
        },
    },
    {
        topic: TOPIC,
        name: "an SVID is rotated within its lifetime",
        look: LOOK,
        containers: true,
        notHere: (expected, { rotation }) =>
            withoutSpire(expected) ??
            (rotation ? undefined : "takes half of an SVID's lifetime; --rotation asks for it"),
        async run(lab) {
            const { meshIdentity, server } = lab.expected.spire.settings;
            const lifetime = parseDuration(meshIdentity.ttl ?? server.svidTtl) ?? 0;
            const seconds = lifetime / 2 + ROTATION_SLACK_SECONDS;
            lab.progress(`the rotation of an SVID, up to ${Math.ceil(seconds / 60)} min`);
            const probe = await lab.start({
                ...appPod(lab, "rotation", "watchSvid"),
                lifeSeconds: Math.ceil(seconds) + CONNECT_SECONDS,
            });
            await lab.pod(probe, ({ status }) => status.phase === "Running");
            const started = performance.now();
            // The agent renews an SVID at half of its lifetime; the first one may be older than the pod.
            await lab.until("a second SVID", seconds, async () => updates(await lab.log(probe)) > 1 || undefined);
            return passed(
                `after ${((performance.now() - started) / 1000).toFixed(0)} s of a lifetime of ${lifetime} s`,
            );
        },
    },
];

/** Number of SVIDs that `spire-agent api watch` has printed. */
function updates(log: string): number {
    return log.match(/^Received \d+ svid/gm)?.length ?? 0;
}
