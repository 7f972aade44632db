import type { types } from "@pulumi/kubernetes";
import { restrictedContainer } from "../shared/podSecurity";
import { image } from "../spire/images";
import type { MeshAppArgs } from "./args";
import { APP_USER } from "./security";
import { spireSocketMounts } from "./volumes";

/** Name of the init container. */
export const IDENTITY_WAIT = "wait-for-identity";

/** Time of one attempt (s); an entry takes 5 to 10 s to reach the agent, and the kubelet tries again by itself. */
const ATTEMPT_SECONDS = 30;

/** Little to do: one call to the agent. */
const RESOURCES = { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "100m", memory: "64Mi" } };

/** The init container that fetches an SVID once, so that the app never starts without one; none without a socket. */
export function identityWait(args: MeshAppArgs): types.input.core.v1.Container[] {
    const { spireSocket } = args.settings;
    if (!waits(args)) {
        return [];
    }
    return [
        {
            name: IDENTITY_WAIT,
            ...image({ settings: args.spire }, "agent"),
            // Its log tells SPIFFE ID and validity, never the key: `npx x0 spire svid <pod>` shows it.
            command: ["/opt/spire/bin/spire-agent", "api", "fetch", "x509"],
            args: ["-socketPath", `${spireSocket.path}/agent.sock`, "-timeout", `${ATTEMPT_SECONDS}s`],
            resources: RESOURCES,
            // The image's own user is root.
            securityContext: { ...restrictedContainer, runAsUser: APP_USER, runAsGroup: APP_USER },
            volumeMounts: spireSocketMounts(args),
        },
    ];
}

/** Secrets for the registries of all images of the pod, each once. */
export function pullSecrets(args: MeshAppArgs): string[] {
    return [...new Set([...args.settings.image.pullSecrets, ...(waits(args) ? args.spire.images.pullSecrets : [])])];
}

function waits({ settings: { spireSocket } }: MeshAppArgs): boolean {
    return spireSocket.type !== "none" && spireSocket.waitForIdentity;
}
